"""Lists that cannot be read, wholly or in part: answered in words on the page, and nothing is half-written."""

import random
from collections.abc import Callable
from datetime import date

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import FilePayload, Page, expect

from matching.models import ListEntry, MatchRun, RefusedRow, SourceList
from tests import factories
from tests.browser import staff
from tests.browser.views import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOCALES = {"uk": "uk-UA", "en": "en-GB", "ru": "ru-RU"}
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
WITHOUT_NAMES = "Місто;Кількість\nТихий Яр;12\nСвітлий Брід;7\n"
REFUSED: list[tuple[str, FilePayload, dict[str, str]]] = [
    (
        "a picture",
        {"name": "список.xlsx", "mimeType": staff.XLSX, "buffer": PICTURE},
        {"uk": "Це зображення (PNG)", "en": "This is a picture (PNG)", "ru": "Это изображение (PNG)"},
    ),
    (
        "an empty file",
        staff.text_file(""),
        {"uk": "Файл порожній", "en": "The file is empty", "ru": "Файл пуст"},
    ),
]
TO_BE_TOLD: list[tuple[str, FilePayload, dict[str, str]]] = [
    (
        "no column of names",
        staff.text_file(WITHOUT_NAMES),
        {
            "uk": "Не знайдено стовпця з прізвищем та ім’ям",
            "en": "No column with names was found",
            "ru": "Не найден столбец с фамилией и именем",
        },
    ),
    (
        "random bytes",
        staff.text_file(random.Random(1).randbytes(4000)),
        {
            "uk": "Не вдалося визначити кодування",
            "en": "The encoding of the text could not be recognised",
            "ru": "Не удалось определить кодировку",
        },
    ),
]
PARTLY_BAD = staff.workbook(
    ["ПІБ", "Дата народження"],
    ["Вересняк Олександр Миколайович", date(1987, 3, 12)],
    ["Дремлюк Павло Савич", "31.02.1990"],
    [None, "05.06.1991"],
    ["Ковшар Леонтій Гнатович", "невідомо"],
    ["Смерека Юхим Лукич", "1979"],
)
SENTENCES = {
    "uk": [
        "Рядок 3 (аркуш «Список»), стовпець «Дата народження»: «31.02.1990» не є датою народження.",
        "Рядок 4 (аркуш «Список»), стовпець «ПІБ»: немає ні прізвища, ні імені.",
    ],
    "en": [
        "Row 3 (sheet “Список”), column “Дата народження”: “31.02.1990” is not a date of birth.",
        "Row 4 (sheet “Список”), column “ПІБ”: there is no name.",
    ],
    "ru": [
        "Строка 3 (лист «Список»), столбец «Дата народження»: «31.02.1990» не является датой рождения.",
        "Строка 4 (лист «Список»), столбец «ПІБ»: нет ни фамилии, ни имени.",
    ],
}


@pytest.mark.parametrize("language", LOCALES)
def test_a_file_that_is_no_list_is_refused_in_words(desk: Callable[..., Page], language: str) -> None:
    page, wave = desk("importers", locale=LOCALES[language]), factories.a_wave()
    for what, file, sentences in REFUSED:
        staff.upload(page, wave, file)
        expect(page.locator("#id_file_error"), what).to_contain_text(sentences[language])
        expect(page.locator("[role=alert]"), what).to_be_visible()
        assert page.input_value("#id_source_name") == "Штаб"
    shoot(page, f"list-refused-{language}")
    assert not SourceList.objects.exists()


@pytest.mark.parametrize("language", LOCALES)
def test_a_file_that_a_caseworker_may_help_to_read_is_kept_and_says_why(
    desk: Callable[..., Page], language: str
) -> None:
    page, wave = desk("importers", locale=LOCALES[language]), factories.a_wave()
    for what, file, sentences in TO_BE_TOLD:
        staff.upload(page, wave, file)
        expect(page.locator("[role=alert]"), what).to_contain_text(sentences[language])
        expect(page.locator("button[value=commit]"), what).to_have_count(0)
    assert not ListEntry.objects.exists()


@pytest.mark.parametrize("language", LOCALES)
def test_bad_rows_are_named_by_row_and_column_and_the_others_go_to_work(
    desk: Callable[..., Page], language: str
) -> None:
    page = desk("importers", locale=LOCALES[language])
    staff.upload(page, factories.a_wave(), PARTLY_BAD)
    expect(staff.problems(page)).to_contain_text(SENTENCES[language])
    shoot(page, f"list-partly-bad-{language}")
    assert not any(model.objects.exists() for model in (ListEntry, MatchRun))
    staff.commit(page)
    expect(page.locator("[id^=progress-]")).to_be_visible()
    names = [entry.name_text for entry in ListEntry.objects.order_by("position")]
    assert names == ["Вересняк Олександр Миколайович", "Ковшар Леонтій Гнатович", "Смерека Юхим Лукич"]
    assert sorted(RefusedRow.objects.values_list("row", "code")) == [(3, "not_a_date"), (4, "no_name")]
    assert MatchRun.objects.get().entry_count == 3


@pytest.mark.parametrize("language", LOCALES)
def test_the_same_file_twice_is_received_once_and_says_when_it_came(
    desk: Callable[..., Page], language: str
) -> None:
    page, wave = desk("importers", locale=LOCALES[language]), factories.a_wave()
    staff.upload(page, wave, PARTLY_BAD)
    expect(staff.problems(page)).to_have_count(2)
    staff.upload(page, wave, PARTLY_BAD)
    expect(page.locator("#id_file_error")).to_contain_text("Штаб")
    expect(page.locator("#id_file_error")).to_contain_text(
        {"uk": "уже", "en": "already received", "ru": "уже"}[language]
    )
    received_at = localtime(SourceList.objects.get().received_at)
    expect(page.locator("#id_file_error")).to_contain_text(received_at.strftime("%d.%m.%Y %H:%M"))


def test_a_list_without_one_readable_row_cannot_go_to_work(desk: Callable[..., Page]) -> None:
    page = desk("importers")
    staff.upload(
        page, factories.a_wave(), staff.text_file("ПІБ;Дата народження\nВересняк Олександр;31.02.1990\n")
    )
    expect(staff.problems(page)).to_have_count(1)
    expect(page.locator("button[value=commit]")).to_have_count(0)
