"""Which encoding a text is in. Lists are short and general detectors guess then: we weigh what they say."""

import re
from collections.abc import Iterator
from itertools import pairwise

from matching.parsing.frames import Refusal

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# cp1125 is the Ukrainian cp866. The order settles what reads equally well.
_OFFICE = {
    "cp1251": "windows-1251",
    "koi8_u": "KOI8-U",
    "koi8_r": "KOI8-R",
    "mac_cyrillic": "Mac Cyrillic",
    "cp1125": "CP866-U",
    "cp1250": "windows-1250",
    "cp1252": "windows-1252",
}
_CODECS = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16-LE": "utf-16-le",
    "UTF-16-BE": "utf-16-be",
    "UTF-32": "utf-32",
    **{name: codec for codec, name in _OFFICE.items()},
    "CP866": "cp866",
}
ENCODINGS = tuple(_CODECS)
_SAMPLE = 60_000
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{1,2000}")


Why = tuple[str, dict[str, str]]  # the code and parameters of a note


def decode(content: bytes, told: str = "") -> tuple[str, str, Why]:
    """(text, encoding, why this encoding). Raises Refusal when no reading makes sense.

    `told`: one of ENCODINGS that a caseworker chose; it is believed, and refused where a byte contradicts it.
    """
    if told:
        if told not in _CODECS:
            raise Refusal("bad_encoding")
        return _strictly(content, _CODECS[told]), told, ("encoding_told", {"encoding": told})
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            return _strictly(content, codec), name, ("encoding_marked", {"encoding": name})
    if codec := _unmarked_utf16(content):
        name = codec.upper()
        return _strictly(content, codec), name, ("encoding_fits", {"encoding": name})
    try:
        return content.decode("utf-8"), "UTF-8", ("encoding_fits", {"encoding": "UTF-8"})
    except UnicodeDecodeError as error:
        _refuse_mixture(content, error.start)
    return _office(content)


def _strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise Refusal("bad_encoding") from error


def _unmarked_utf16(content: bytes) -> str:
    """Every second byte of Cyrillic or Latin UTF-16 is 0 or 4; text in bytes never looks so."""
    sample = content[:4000]
    if b"\x00" not in sample or len(content) % 2:
        return ""
    for codec, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if sum(high.count(byte) for byte in (b"\x00", b"\x04")) > 0.95 * len(high) and len(sample) > 3:
            low = sample[0::2] if codec == "utf-16-le" else sample[1::2]
            return codec if low.count(b"\x00") < 0.1 * len(low) else ""
    return ""


def _refuse_mixture(content: bytes, first_bad: int) -> None:
    """UTF-8 with a few other bytes in it is two files glued together: guessing would spoil one of them."""
    text = content.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for letter in text[: 20 * _SAMPLE] if letter > "\x7f") - bad
    if good > 4 * bad:
        raise Refusal("mixed_encoding", line=str(content.count(b"\n", 0, first_bad) + 1))


def _office(content: bytes) -> tuple[str, str, Why]:
    sample = _telling_sample(content)
    scores = {codec: _plausibility(sample, codec) for codec in _OFFICE}
    for codec in sorted(_OFFICE, key=lambda codec: -scores[codec]):
        if scores[codec] < 0.25:
            break
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        name = _OFFICE[codec]
        example = _example(sample.decode(codec, errors="replace"))
        return text, name, ("encoding_guessed", {"encoding": name, "sample": example})
    raise Refusal("bad_encoding")


def _telling_sample(content: bytes) -> bytes:
    """What stands around bytes beyond ASCII; a file may begin with pages of digits."""
    telling: list[bytes] = []
    end = size = 0
    while size < _SAMPLE and (found := _BEYOND_ASCII.search(content, end)):
        begin, end = max(end, found.start() - 20), found.end() + 200
        telling.append(content[begin:end])
        size += end - begin
    return b"\n".join(telling)


def _example(text: str) -> str:
    found = re.search(r"(?=\w*[^\x00-\x7f])[^\W\d_]{3,}", text)
    return found[0][:30] if found else ""


_COMMON = frozenset("оаниветрсклмд")
_RARE = frozenset("шцщфґыъэёў")
_CYRILLIC = frozenset("абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя")
_VOWELS = frozenset("аеєёиіїоуыэюя")
_CYRILLIC_CODECS = frozenset(("cp1251", "koi8_u", "koi8_r", "mac_cyrillic", "cp1125"))
_SIGNS = frozenset("«»№–—’‘“”„…°\u00a0")
_DASHES_AND_QUOTES = frozenset("–—‘“”„…°")
_WORD = re.compile(r"[^\W\d_]+")


def _plausibility(sample: bytes, codec: str) -> float:
    """How much the text reads like words of one alphabet: 0.6 and more in the right codec, 0.4 in others."""
    text = sample.decode(codec, errors="replace")
    marks = list(_marks(text, codec))
    return sum(marks) / len(marks) if marks else 0.0


def _marks(text: str, codec: str) -> Iterator[float]:
    for word in _WORD.findall(text):
        if not word.isascii():
            yield _word_mark(word, codec)
    for sign in text:
        if sign > "\x7f" and not sign.isalpha() and sign not in _SIGNS:
            yield -1.0
        elif sign in _DASHES_AND_QUOTES:
            # In lists they are rare, and what is "Ц" in one encoding is a dash in another.
            yield 0.2


def _word_mark(word: str, codec: str) -> float:
    low = word.lower()
    if not (word.islower() or word.isupper() or word.istitle()):
        return -0.5
    if codec not in _CYRILLIC_CODECS:
        return 0.5 if sum(letter <= "\x7f" for letter in word) * 2 >= len(word) else -1.0
    if not _CYRILLIC.issuperset(low):
        return -1.0
    letters = sum(1.0 if x in _COMMON else 0.0 if x in _RARE else 0.5 for x in low) / len(low)
    turns = sum((a in _VOWELS) != (b in _VOWELS) for a, b in pairwise(low)) / max(1, len(low) - 1)
    return (letters + turns) / 2 - 0.1 * word.islower()
