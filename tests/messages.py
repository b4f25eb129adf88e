"""Every string that can be translated, and the catalogues brought up to date with them (`make messages`).

The admin theme ships no Ukrainian and no Russian, and Django's own catalogues have gaps. What those two show
and do not translate themselves is therefore translated in our catalogues too, found here in the installed
packages: an update that brings new words fails the tests, and no page of the staff turns half English.
"""

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import django
import polib
import unfold
from babel.messages.extract import extract
from django.utils.translation.template import templatize

TOP = Path(__file__).resolve().parent.parent
LANGUAGES = ("uk", "ru")
OURS = [TOP / package for package in ("familylink", "matching", "notifications")]
DJANGO, THEME = (Path(str(package.__file__)).parent for package in (django, unfold))
BORROWED = [
    *(THEME / part for part in ("templates", "templatetags", "mixins")),
    *THEME.glob("*.py"),
    *(DJANGO / "contrib" / app for app in ("admin", "auth")),
    DJANGO / "forms",
]
TEMPLATES = {".html", ".txt"}
# The last one reads like a message to the extractor: gettext(change["added"]["name"]).
SKIPPED = ("/migrations/", "/management/", "/static/", "contrib/admin/models.py")
# Django puts the name of the thing into a sentence that would need another case of it ("Змінити користувач").
REWORDED = (
    *("Select %s to change", "Select %s to view", "Add %s", "Change %s", "View %s"),
    *("Add %(name)s", "Add another %(verbose_name)s", "Cannot delete %(name)s"),
    # What our menu calls staff and roles, Django calls users and groups.
    *(
        "Authentication and Authorization",
        "user",
        "users",
        "group",
        "groups",
        "username",
        "email address",
        "first name",
    ),
    "Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
    "Designates whether the user can log into this admin site.",
)
PLURAL = {"ngettext": (1, 2), "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3)}
SINGULAR = dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"))
CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
KEYWORDS = {**SINGULAR, **CONTEXT, **PLURAL, "npgettext_lazy": PLURAL["npgettext"]}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


class Message(NamedTuple):
    """What a catalogue looks a text up by."""

    text: str
    plural: str = ""
    context: str | None = None


Found = dict[Message, list[str]]


def catalogue(language: str) -> Path:
    return TOP / "familylink" / "locale" / language / "LC_MESSAGES" / "django.po"


@functools.cache
def wanted() -> Found:
    """Each message with the files that have it: ours, and those that Django has not in both languages."""
    theirs = set.intersection(*(translated_by_django(language) for language in LANGUAGES))
    theirs -= {Message(text) for text in REWORDED}
    ours, borrowed = messages_in(OURS), messages_in(BORROWED)
    return ours | {message: borrowed[message] for message in borrowed if message not in theirs | ours.keys()}


def messages_in(places: list[Path]) -> Found:
    found: Found = {}
    for file in sorted(file for place in places for file in _files(place)):
        for message in _messages(file):
            names = found.setdefault(message, [])
            if (name := _name(file)) not in names:
                names.append(name)
    return found


def translated_by_django(language: str) -> set[Message]:
    parts = [DJANGO / "conf", *(DJANGO / "contrib" / app for app in ("admin", "auth", "contenttypes"))]
    files = [part / "locale" / language / "LC_MESSAGES" / "django.po" for part in parts]
    return {key(entry) for file in files for entry in polib.pofile(str(file)).translated_entries()}


def key(entry: polib.POEntry | polib.MOEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def update(language: str) -> polib.POFile:
    """The catalogue with every message that is wanted and no other; new ones are empty."""
    kept = polib.pofile(str(catalogue(language)), wrapwidth=100)
    known = {key(entry): entry for entry in kept}
    entries = []
    for message, places in wanted().items():
        entry = known.get(message) or _empty(message)
        entry.occurrences = [(place, "") for place in places]
        entries.append(entry)
    kept.clear()
    kept.extend(entries)
    return kept


def _empty(message: Message) -> polib.POEntry:
    text, plural, context = message
    forms = {0: "", 1: "", 2: ""} if plural else {}
    flags = ["python-format"] if "%" in "".join(placeholders(text)) else []
    return polib.POEntry(msgid=text, msgid_plural=plural, msgctxt=context, msgstr_plural=forms, flags=flags)


def _files(place: Path) -> Iterator[Path]:
    files = place.rglob("*") if place.is_dir() else [place]
    return (file for file in files if _may_hold_messages(file))


def _may_hold_messages(file: Path) -> bool:
    known = file.suffix == ".py" or (file.suffix in TEMPLATES and "templates" in file.parts)
    return known and not any(part in file.as_posix() for part in SKIPPED)


def _messages(file: Path) -> Iterator[Message]:
    source = file.read_text(encoding="utf-8")
    if file.suffix in TEMPLATES:
        # What stays of a template are calls of gettext; its indentation would be no Python.
        source = "\n".join(line.strip() for line in templatize(source).splitlines())
    for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        texts = (found,) if isinstance(found, str) else tuple(found)
        if texts[0]:
            yield Message(texts[0], texts[1] if len(texts) > 1 else "", context)


def _name(file: Path) -> str:
    top = TOP if any(file.is_relative_to(package) for package in OURS) else THEME.parent
    return file.relative_to(top).as_posix()


def main() -> None:
    for language in LANGUAGES:
        updated = update(language)
        updated.save(str(catalogue(language)))
        print(f"{language}: {len(updated)} messages, {len(updated.untranslated_entries())} to translate")


if __name__ == "__main__":
    main()
