"""No page is half English: every string of the source is translated, and the translations can be used."""

import functools
import re
from itertools import chain
from pathlib import Path

import polib
import pytest
from babel.messages.plurals import get_plural
from django.utils import translation

from familylink.management.commands.compile_translations import compile_catalogue
from tests import messages
from tests.messages import LANGUAGES, Message, catalogue, key, placeholders, wanted

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
# What stays as it is in every language: names of formats, and words that have no other.
LATIN = re.compile(r"[A-Za-z]{2,}")
SAME_EVERYWHERE = {
    "JPEG",
    "PNG",
    "WebP",
    "HEIC",
    "SMS",
    *("Telegram", "Viber", "WhatsApp"),
    "cookie",
    "CSV",
    "TSV",
    "XLSX",
    "XLS",
    "ODS",
    "JSON",
    "PFIF",
    "PDF",
    "name",
    "example",
    "org",
    "FamilyLink",
}
MARKUP = re.compile(r"<[^>]+>|%\(\w+\)[sd]|%[sd]|\{\w*\}|FL-[\w-]+")


@functools.cache  # a third of a second each time, and no test changes an entry
def read(language: str) -> list[polib.POEntry]:
    return list(polib.pofile(str(catalogue(language)), check_for_duplicates=True))


@pytest.fixture
def entries(language: str) -> list[polib.POEntry]:
    return read(language)


def texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """What the translator wrote: one text, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_of_the_source_is_translated(entries: list[polib.POEntry]) -> None:
    usable = {key(entry) for entry in entries if all(texts(entry)) and not entry.fuzzy}
    assert [message for message in wanted() if message not in usable] == []


def test_a_catalogue_holds_no_string_that_the_source_no_longer_has(entries: list[polib.POEntry]) -> None:
    assert [entry.msgid for entry in entries if key(entry) not in wanted()] == []


def test_a_translation_keeps_the_placeholders(entries: list[polib.POEntry]) -> None:
    for entry in entries:
        # The form for one is also that for 21: it must name the number like the others.
        expected = placeholders(entry.msgid_plural or entry.msgid)
        assert {text: placeholders(text) for text in texts(entry)} == dict.fromkeys(texts(entry), expected)


def test_a_translation_keeps_line_breaks_at_its_ends(entries: list[polib.POEntry]) -> None:
    for entry in entries:
        ends = (entry.msgid.startswith("\n"), entry.msgid.endswith("\n"))
        assert {(text.startswith("\n"), text.endswith("\n")) for text in texts(entry)} == {ends}


def test_every_plural_form_of_the_language_is_there(language: str, entries: list[polib.POEntry]) -> None:
    forms = get_plural(language).num_plurals
    assert {len(entry.msgstr_plural) for entry in entries if entry.msgid_plural} == {forms}


def test_no_english_word_stays_in_a_translation(entries: list[polib.POEntry]) -> None:
    for text in chain.from_iterable(map(texts, entries)):
        assert set(LATIN.findall(MARKUP.sub("", text))) <= SAME_EVERYWHERE


def test_a_catalogue_compiles_and_gives_its_texts(
    language: str, entries: list[polib.POEntry], tmp_path: Path
) -> None:
    copy = tmp_path / "django.po"
    copy.write_bytes(catalogue(language).read_bytes())
    compile_catalogue(copy)
    compiled = {key(entry): texts(entry) for entry in polib.mofile(str(copy.with_suffix(".mo")))}
    assert compiled == {key(entry): texts(entry) for entry in entries}


def test_updating_an_up_to_date_catalogue_changes_no_text(
    language: str, entries: list[polib.POEntry]
) -> None:
    updated = messages.update(language)
    assert {key(entry): texts(entry) for entry in updated} == {key(entry): texts(entry) for entry in entries}


def test_a_staff_page_shows_the_words_of_the_theme_in_the_language(language: str) -> None:
    known = {Message("Type to search"), Message("Select action"), Message("Filters")}
    assert known <= wanted().keys()
    with translation.override(language):
        assert not any(LATIN.search(translation.gettext(message.text)) for message in known)
