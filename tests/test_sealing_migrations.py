"""What stood in the clear before is sealed by the migrations with nothing lost, and opened again on the way back."""

import datetime as dt
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from familylink.reports.models import Report
from familylink.reports.models.report import number_index, source_index
from matching import lists
from matching.lists.columns import layout_of
from matching.models import ListEntry, RefusedRow, SourceLayout
from matching.models.list_entry import sheet_index
from matching.staging.layouts import known_beside
from tests.conftest import end_other_sessions
from tests.test_stolen_database import copied, seen

IN_THE_CLEAR = [("matching", "0025_whom_a_correction_is_about"), ("reports", "0022_match_the_new_first")]
SEALING = [("matching", "0026_seal_names_of_sheets"), ("reports", "0023_seal_numbers_of_sources")]
WHO_SEALS = (
    "matching.migrations.0026_seal_names_of_sheets",
    "familylink.reports.migrations.0023_seal_numbers_of_sources",
)
SHEET, LATER_SHEET = "Зимоколосенко Пантелеймон", "взвод Кружаленка-Бистрого"
NUMBER, LATER_NUMBER = "паспорт-Ємельянчука", "посвідчення-Хуртовинського"
READING = {"header_lines": {SHEET: 2}, "read_as": {"sheets": [SHEET]}}
HEADINGS = ["ПІБ", "Родина Зимоколосенка"]
MANY = 250  # rows of each table; a batch is of a hundred


class Database:
    """A copy of the tests' database, which alone is migrated: no other test finds a column missing."""

    def __init__(self) -> None:
        self.model: Any = None

    def migrate(self, to: list[tuple[str, str]] | None = None) -> None:
        """To these migrations, or to the newest; `model` gives the models as they were there."""
        executor = MigrationExecutor(connection)
        to = to or executor.loader.graph.leaf_nodes()
        executor.migrate(to)
        self.model = executor.loader.project_state(to).apps.get_model

    def is_killed_at_the_last_row(self) -> None:
        """As a kill leaves the migrations that are running: some rows are done, and nothing says that they were."""
        for model in ("listentry", "refusedrow"):
            rows = self.model("matching", model)._default_manager
            rows.filter(row__gt=MANY // 2).update(sheet=None, sheet_index=b"")
        self.model("reports", "Report").objects.filter(reference__gt="FL-0100").update(
            source_reference=None, source_index=None, number_index=None
        )
        for app, name in SEALING:
            MigrationRecorder(connection).record_unapplied(app, name)


@pytest.fixture
def database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    for module in WHO_SEALS:
        monkeypatch.setattr(import_module(module), "AT_ONCE", 100)
    copying, original = connection.creation, connection.settings_dict["NAME"]
    end_other_sessions()  # a database that somebody is in is not copied
    copying.clone_test_db("migrated", verbosity=0)
    connection.settings_dict["NAME"] = copying.get_test_db_clone_settings("migrated")["NAME"]
    try:
        yield Database()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        copying.destroy_test_db(suffix="migrated", verbosity=0)


# ------------------------------------------------------------------------------------- rows as they were written


def writes_a_list(database: Database, reading: str) -> Any:
    exchange = database.model("matching", "Exchange").objects.create(name="Обмін")
    wave = database.model("matching", "Wave").objects.create(
        exchange=exchange, occurred_on=dt.date(2026, 5, 24)
    )
    return database.model("matching", "SourceList")._default_manager.create(
        wave=wave,
        source_name="Штаб",
        kind="released",
        reliability="A",
        filename="book.xlsx",
        content=b"rows",
        content_index=os.urandom(32),
        **{reading: READING},
    )


def writes_a_layout(database: Database) -> None:
    """What a caseworker told of the columns of a source, found by a plain hash of its headings."""
    mapping = lists.Mapping({layout_of(HEADINGS): ("full_name", "place")})
    database.model("matching", "SourceLayout").objects.create(source_name="Штаб", mapping=mapping.to_json())


def writes_rows(database: Database, of: Any, numbers: range, field: str, sheet: str) -> None:
    """An entry and a refused row of each number, all on this sheet but the first ones, which are on none."""
    entry, refused = (database.model("matching", name) for name in ("ListEntry", "RefusedRow"))
    sheets = {number: "" if number == numbers[0] else sheet for number in numbers}
    entry._default_manager.bulk_create(
        entry(
            source_list_id=of,
            position=number,
            row=number,
            raw=[],
            name_text="Ім'я",
            profile=b"",
            **{field: name},
        )
        for number, name in sheets.items()
    )
    refused._default_manager.bulk_create(
        refused(source_list_id=of, row=number, code="no_name", problem={}, **{field: name})
        for number, name in sheets.items()
    )


def writes_reports(database: Database, numbers: range, field: str, name: str) -> None:
    """Reports of another organisation, with its numbers but for the first."""
    person, report = (database.model("reports", model) for model in ("MissingPerson", "Report"))
    sought = person.objects.create(profile=b"")
    report.objects.bulk_create(
        report(
            missing_person=sought,
            reference=f"FL-{number:04}",
            source="import",
            relation="other",
            **{field: "" if number == numbers[0] else f"{name}-{number}~1"},
        )
        for number in numbers
    )


# ------------------------------------------------------------------------------------------- what is read of them


def told(database: Database) -> dict[str, Any]:
    """What the models of this moment read: sheet by row, number by reference, how lists are read."""
    entries, refused = (
        database.model("matching", name)._default_manager for name in ("ListEntry", "RefusedRow")
    )
    return {
        "entries": {one.row: one.sheet or "" for one in entries.order_by("row")},
        "refused": {one.row: one.sheet or "" for one in refused.order_by("row")},
        "reports": {
            one.reference: one.source_reference or ""
            for one in database.model("reports", "Report").objects.all()
        },
        "readings": [one.reading for one in database.model("matching", "SourceList")._default_manager.all()],
    }


def seals_an_empty_name() -> None:
    """Where there was none: nothing of today does so, and the way back must end all the same."""
    for row in (ListEntry.objects.get(row=1), RefusedRow.objects.get(row=1)):
        row.sheet = ""
        row.save(update_fields=["sheet"])
    report = Report.objects.get(reference="FL-0001")
    report.source_reference = ""
    report.save(update_fields=["source_reference"])


def assert_that_today_finds_them() -> None:
    for model in (ListEntry, RefusedRow):
        for row in model.objects.all():
            assert bytes(row.sheet_index) == sheet_index(row.source_list_id, row.sheet or "")
    for report in Report.objects.all():
        number = (report.source_reference or "").removesuffix("~1")
        assert (report.source_index and bytes(report.source_index)) == source_index(
            report.source, report.source_reference or ""
        )
        assert (report.number_index and bytes(report.number_index)) == number_index(number)


def assert_that_only_whoever_has_the_headings_finds_the_layout() -> None:
    assert layout_of(HEADINGS) not in SourceLayout.objects.get().mapping["layouts"]
    known = known_beside(lists.Mapping(), "Штаб")
    assert known.layouts.get(layout_of(HEADINGS)) == ("full_name", "place")
    assert layout_of(["ПІБ", "Місце"]) not in known.layouts


def test_what_stood_in_the_clear_is_sealed_opened_and_sealed_again_with_nothing_lost(
    database: Database,
) -> None:
    first, meanwhile = range(1, MANY + 1), range(MANY + 1, MANY + 21)
    database.migrate(IN_THE_CLEAR)
    source_list = writes_a_list(database, "reading").pk
    writes_rows(database, source_list, first, "sheet", SHEET)
    writes_reports(database, first, "source_reference", NUMBER)
    writes_a_layout(database)
    assert seen(copied(), [SHEET, NUMBER]), "the search below would find them"

    database.migrate(SEALING)
    database.is_killed_at_the_last_row()
    database.migrate(SEALING)
    writes_rows(database, source_list, meanwhile, "sheet_in_clear", LATER_SHEET)
    writes_reports(database, meanwhile, "source_reference_in_clear", LATER_NUMBER)

    database.migrate()
    sealed = told(database)
    assert list(sealed["entries"].values()) == ["", *[SHEET] * (MANY - 1), "", *[LATER_SHEET] * 19]
    assert sealed["refused"] == sealed["entries"]
    assert sealed["reports"] == {
        f"FL-{number:04}": "" if number in (1, MANY + 1) else f"{name}-{number}~1"
        for numbers, name in ((first, NUMBER), (meanwhile, LATER_NUMBER))
        for number in numbers
    }
    assert sealed["readings"] == [READING]
    assert_that_today_finds_them()
    assert seen(copied(), [SHEET, NUMBER, LATER_SHEET, LATER_NUMBER]) == set()
    assert_that_only_whoever_has_the_headings_finds_the_layout()

    seals_an_empty_name()
    database.migrate(IN_THE_CLEAR)
    assert told(database) == sealed
    database.migrate()
    assert told(database) == sealed
    assert_that_today_finds_them()
    assert_that_only_whoever_has_the_headings_finds_the_layout()
    assert seen(copied(), [SHEET, NUMBER, LATER_SHEET, LATER_NUMBER]) == set()
