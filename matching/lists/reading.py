"""A received file, whatever it is called, becomes a Table or is refused with a reason.

Here only its first bytes are looked at, and a child is started that opens it (`matching.parsing`). Whatever becomes
of the child, the file is to blame and not the worker.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Any

import orjson

import matching
from matching.lists.parts import apart
from matching.lists.table import DETECT, Lines, Progress, ReadAs, Saying, Table, Unreadable, unheard
from matching.parsing.frames import Options

MAX_BYTES = 100 * 1024 * 1024
# By the clock: a child that waits uses no CPU, and pages of a PDF take long on a busy machine.
MAX_SECONDS = 900
_MAX_TOLD = 1024**3
_ROOT = Path(matching.__file__).parent.parent

# What a file is, is told by its first bytes: offices send pictures called .xls and tables called .txt.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "picture", "JPEG"),
    (b"\x89PNG", "picture", "PNG"),
    (b"GIF8", "picture", "GIF"),
    (b"II*\x00", "picture", "TIFF"),
    (b"MM\x00*", "picture", "TIFF"),
    (b"BM", "picture", "BMP"),
    (b"AT&TFORM", "picture", "DjVu"),
    (b"{\\rtf", "document", "RTF"),
    (b"Rar!", "archive", "RAR"),
    (b"7z\xbc\xaf", "archive", "7z"),
    (b"\x1f\x8b\x08", "archive", "GZIP"),
    (b"MZ", "program", "EXE"),
    (b"\x7fELF", "program", "ELF"),
)
# A picture's name stands behind its length.
_INNER_MAGIC = {
    b"WEBP": "WEBP",
    b"ftypheic": "HEIC",
    b"ftypheix": "HEIC",
    b"ftypmif1": "HEIC",
    b"ftypavif": "AVIF",
}
_MARKUP = re.compile(rb"\s*<[?!a-z]", re.I)
_PFIF = b"http://zesty.ca/pfif/"
_JSON = re.compile(rb"\s*(?:\[\s*[\[{\]]|\{\s*[\"}])")


Frames = Generator[bytes, None, None]
# Given a module of matching.parsing, a file and options, the frames that the module tells.
Opener = Callable[[str, bytes, Options], Frames]


def read_table(
    content: bytes,
    filename: str,
    *,
    max_rows: int = 200_000,
    read_as: ReadAs = DETECT,
    progress: Progress = unheard,
    opened_by: Opener | None = None,
) -> Table:
    """Read a list in any of FORMATS. Raises Unreadable, whatever the bytes, and what `progress` raises.

    `opened_by` gives the frames of a reader other than by a child process.
    """
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if len(content) > MAX_BYTES:
        raise Unreadable("too_large", limit=str(MAX_BYTES // 1024**2))
    options = Options(max_rows, read_as.encoding, read_as.delimiter, read_as.sheets)
    with closing((opened_by or _child)(reader_of(content), content, options)) as frames:
        table = table_of(frames, progress)
    return _with_name_checked(table, filename)


def reader_of(content: bytes) -> str:
    """The module of `matching.parsing` that opens such a file. Raises Unreadable for what none opens."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    if content[:1024].lstrip().startswith(b"%PDF"):
        return "pdf"
    _refuse_by_magic(content)
    # In UTF-16 every second byte of markup is zero.
    beginning = content[:8_000].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")
    if not _MARKUP.match(beginning):
        return "jsonfile" if _JSON.match(beginning) else "text"
    if _PFIF not in beginning:
        raise Unreadable("markup", kind="HTML/XML")
    return "pfif"


def _refuse_by_magic(content: bytes) -> None:
    for magic, code, kind in _MAGIC:
        # "BM" and "MZ" also begin words: such a file is binary only if its beginning holds zeros.
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:200]):
            raise Unreadable(code, kind=kind)
    for magic, kind in _INNER_MAGIC.items():
        if content[4:12].startswith(magic) or (content.startswith(b"RIFF") and content[8:12] == magic):
            raise Unreadable("picture", kind=kind)


@dataclass(slots=True)
class _Told:
    """What a child has told so far."""

    lines: Lines = field(default_factory=Lines)
    notes: list[Saying] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""
    total: int = 0
    before: tuple[int, int] = (0, 0)
    is_whole: bool = False

    def hear(self, frame: bytes) -> None:
        kind, *told = orjson.loads(frame)
        if kind == "lines":
            self.lines.add(self.sheet, len(told[0]), frame)
        elif kind == "sheet":
            self.sheet = told[0]
        elif kind == "note":
            self.notes.append(Saying(told[0], told[1]))
        elif kind == "table":
            self.facts |= told[0]
        elif kind == "total":
            self.total = told[0]
        elif kind == "progress":
            self.before = (told[0], told[1])
        elif kind == "refused":
            raise Unreadable(told[0], **told[1])
        else:
            self.is_whole = kind == "end"


def table_of(frames: Iterable[bytes], progress: Progress = unheard) -> Table:
    """What a reader told becomes a Table. Raises Unreadable where it refused the file or broke off."""
    told = _Told()
    for frame in frames:
        told.hear(frame)
        done = len(told.lines)
        progress(*((done, max(told.total, done)) if done else told.before))
    if not told.is_whole:
        raise Unreadable("damaged")
    names = tuple(name for name, _ in told.lines.sheets())
    has_headings = told.facts["format"] not in ("json", "pfif", "text")
    lines = apart(told.lines) if has_headings else told.lines
    return Table(lines, notes=tuple(told.notes), sheet_names=names, **told.facts)


def _child(reader: str, content: bytes, options: Options) -> Frames:
    return frames_of([sys.executable, "-P", "-m", f"matching.parsing.{reader}", options.to_json()], content)


def frames_of(command: list[str], content: bytes, *, seconds: float = MAX_SECONDS) -> Frames:
    """The frames of a child with no environment but a path, killed at the latest when nobody listens any more.

    Raises Unreadable("too_heavy") for one that its limits or the clock stopped.
    """
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
    ) as child:  # fmt: skip
        assert child.stdin
        assert child.stdout
        feeder = Thread(target=_feed, args=(child.stdin, content), daemon=True)
        clock = Timer(seconds, child.kill)
        feeder.start()
        clock.start()
        try:
            yield from _limited(child.stdout)
            child.wait()
        finally:
            clock.cancel()
            child.kill()
            feeder.join()
    if -child.returncode in _STOPPED:
        raise Unreadable("too_heavy")


# SIGKILL by the clock or for want of memory, SIGXCPU by the limit.
_STOPPED = (9, 24)


def _limited(stdout: IO[bytes]) -> Iterator[bytes]:
    left = _MAX_TOLD
    while frame := stdout.readline(left):
        left -= len(frame)
        if left <= 0:
            raise Unreadable("too_heavy")
        yield frame


def _feed(stdin: IO[bytes], content: bytes) -> None:
    try:
        with stdin:
            stdin.write(content)
    except BrokenPipeError:
        pass  # the child has ended before it read everything; how, its frames tell


FORMATS = ("csv", "text", "xlsx", "xlsb", "xls", "ods", "json", "pfif", "pdf")
_EXTENSIONS = {
    **dict.fromkeys(("csv", "tsv", "txt"), ("csv", "text")),
    **dict.fromkeys(("json", "jsonl", "ndjson"), ("json",)),
    **dict.fromkeys(("pfif", "xml"), ("pfif",)),
    **dict.fromkeys(("xlsx", "xlsm"), ("xlsx",)),
    **{form: (form,) for form in ("xlsb", "xls", "ods", "pdf")},
}


def _with_name_checked(table: Table, filename: str) -> Table:
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    if not extension or table.format in _EXTENSIONS.get(extension, ()):
        return table
    remark = Saying("other_extension", {"extension": extension[:10], "format": table.format.upper()})
    return replace(table, notes=(*table.notes, remark))
