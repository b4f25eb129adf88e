"""`manage.py match_files`: two files in, one file of candidates out, no database."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from matching import report_index
from matching.engine import forms_to_count, profile
from matching.lists import harmless
from matching.management.commands import match_files
from matching.report_index import ReportIndex
from tests.engine.people import a_person
from tests.lists.files import Cells, csv_of, xlsx_of

REPORTS: Cells = (
    ("report_id", "ПІБ", "Дата народження"),
    ("R-1", "Вишневецький Остап Зіновійович", "12.03.1987"),
    ("R-2", "Вишневецький Лука Зіновійович", "30.01.1990"),
    ("R-3", "Їжакова Ганна Євгенівна", "1990"),
    ("R-4", "Розлогий Пилип Савич", "сорок"),
)
LIST: Cells = (
    ("Список звільнених",),
    ("№", "Прізвище", "Ім'я", "По батькові", "Дата народження"),
    (1, "Ежакова", "Анна", "Евгеньевна", "1990"),
    (2, "", "", "", "1990"),
    (3, "VYSHNEVETSKYI", "Ostap", "", "1987-03-12"),
)


class Run:
    """One call of the command on files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "matches.csv"
        self.said = io.StringIO()

    def __call__(self, reports: bytes, listed: bytes, *more: str) -> list[dict[str, str]]:
        (self.folder / "reports.csv").write_bytes(reports)
        (self.folder / "list.xlsx").write_bytes(listed)
        paths = [str(self.folder / name) for name in ("reports.csv", "list.xlsx")]
        call_command(match_files.Command(), *paths, "--out", str(self.out), *more, stderr=self.said)
        with self.out.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def best(matches: list[dict[str, str]]) -> dict[str, str]:
    return {match["list_row"]: match["report_id"] for match in matches if match["rank"] == "1"}


def test_people_are_found_across_languages_and_rows_counted_with_the_refused_ones(run: Run) -> None:
    matches = run(csv_of(REPORTS, encoding="cp1251"), xlsx_of(LIST))

    assert best(matches) == {"1": "R-3", "3": "R-1"}
    assert list(matches[0]) == ["list_row", "report_id", "rank", "probability", "band", "points", "why"]


@pytest.mark.parametrize("top", ["0", "-1"])
def test_a_search_that_may_find_nobody_is_refused(run: Run, top: str) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run(csv_of(REPORTS), xlsx_of(LIST), "--top", top)
    assert not run.out.exists()


def test_candidates_of_a_row_come_best_first_and_no_more_than_asked_for(run: Run) -> None:
    all_matches = [m for m in run(csv_of(REPORTS), xlsx_of(LIST)) if m["list_row"] == "3"]
    first_only = [m for m in run(csv_of(REPORTS), xlsx_of(LIST), "--top", "1") if m["list_row"] == "3"]

    assert [match["rank"] for match in all_matches] == [str(n + 1) for n in range(len(all_matches))]
    assert [float(m["probability"]) for m in all_matches] == sorted(
        (float(m["probability"]) for m in all_matches), reverse=True
    )
    assert [match["report_id"] for match in first_only] == ["R-1"]


def test_a_report_that_two_rows_claim_is_said_of_neither_as_sure(run: Run) -> None:
    reports = (REPORTS[0], ("R-7", "Лаврінець Зіновій Орестович", ""))
    names = ("Лаврінець Зіновій Орестович", "Лавринец Зиновий Орестович")
    alone = run(csv_of(reports), xlsx_of((("ПІБ", "Дата народження"), (names[0], ""))))
    both = run(csv_of(reports), xlsx_of((("ПІБ", "Дата народження"), *((name, "") for name in names))))

    [surest] = [float(match["probability"]) for match in alone]
    assert surest > 0.9
    assert [match["list_row"] for match in both] == ["1", "2"]
    assert all(0.4 < float(match["probability"]) < 0.5 for match in both)
    assert {match["band"] for match in both} == {"possible"}


def test_a_man_listed_twice_with_his_date_stays_sure(run: Run) -> None:
    row = ("Лаврінець Зіновій Орестович", "12.03.1987")
    reports = csv_of((REPORTS[0], ("R-7", *row)))
    twice = run(reports, xlsx_of((("ПІБ", "Дата народження"), row, ("Лавринец Зиновий", "12.03.1987"))))
    assert [match["band"] for match in twice] == ["certain", "certain"]


def test_the_evidence_is_told_in_the_language_asked_for(run: Run) -> None:
    english = run(csv_of(REPORTS), xlsx_of(LIST))[0]["why"]
    ukrainian = run(csv_of(REPORTS), xlsx_of(LIST), "--language", "uk")[0]["why"]

    assert "surname" in english
    assert "прізвище" in ukrainian


def test_bad_rows_are_told_with_row_and_column_and_without_what_stands_there(run: Run) -> None:
    run(csv_of(REPORTS), xlsx_of(LIST))
    said = run.said.getvalue()

    assert "reports.csv: Row 5, column “Дата народження”" in said
    assert "list.xlsx: Row 4 (sheet “Список”), column “Прізвище”: there is no name." in said
    assert not [word for word in ("сорок", "Розлогий", "Їжакова", "VYSHNEVETSKYI") if word in said]


def test_progress_ends_with_all_rows(run: Run) -> None:
    run(csv_of(REPORTS), xlsx_of(LIST))

    assert "2 of 2 rows" in run.said.getvalue()


def test_reports_without_an_id_go_by_their_data_row(run: Run) -> None:
    matches = run(csv_of([row[1:] for row in REPORTS]), xlsx_of(LIST))

    assert best(matches) == {"1": "3", "3": "1"}


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(run: Run) -> None:
    with pytest.raises(CommandError, match=r"list\.xlsx: The spreadsheet is damaged"):
        run(csv_of(REPORTS), xlsx_of(LIST)[:3000])

    assert not run.out.exists()


def test_a_missing_file_is_named(run: Run) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        call_command(
            match_files.Command(),
            str(run.folder / "nowhere.csv"),
            "x",
            "--out",
            str(run.out),
            stderr=run.said,
        )


def test_files_without_one_usable_row_are_an_error(run: Run) -> None:
    with pytest.raises(CommandError, match="Nothing to match"):
        run(csv_of([*REPORTS[:1], ("R-1", "", "сорок")]), xlsx_of(LIST))


def test_an_earlier_result_stays_whole_when_writing_breaks_off(tmp_path: Path) -> None:
    out = tmp_path / "matches.csv"
    out.write_text("earlier", encoding="utf-8")

    def breaks_off() -> object:
        yield ("1", "R-1", "1", "1", "", "1", "")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_files.write_whole(out, breaks_off())  # type: ignore[arg-type]

    assert out.read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["matches.csv"]


def test_two_files_are_matched_where_the_service_has_no_settings(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_bytes(csv_of(REPORTS))
    (tmp_path / "list.xlsx").write_bytes(xlsx_of(LIST))
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    unset = {"DATABASE_URL": "postgres://nobody@nowhere/nothing"}  # and no DJANGO_SECRET_KEY beside it
    refused = subprocess.run(
        [*manage, "evaluate", "--help"], env=unset, capture_output=True, text=True, check=False
    )
    assert "DJANGO_SECRET_KEY" in refused.stderr

    command = [*manage, "match_files", "reports.csv", "list.xlsx", "--out", "matches.csv"]
    subprocess.run(command, env=unset, cwd=tmp_path, capture_output=True, check=True)

    assert "R-1" in (tmp_path / "matches.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_that_leaves_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_an_ordinary_cell_leaves_as_it_is() -> None:
    assert harmless("R-1 = 2") == "R-1 = 2"


def test_a_report_id_that_is_a_formula_is_disarmed_in_the_result(run: Run) -> None:
    reports = [REPORTS[0], ("=1+1", "Їжакова Ганна Євгенівна", "1990")]

    assert best(run(csv_of(reports), xlsx_of(LIST)))["1"] == "'=1+1"


def test_a_name_too_common_to_compare_is_said_of_its_row_and_of_its_candidates(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_index, "MAX_BEHIND_BROAD_KEY", 1)
    reports = (*REPORTS[:3], ("R-5", "Вишневецький Олег", "1961"))
    listed = (*LIST[:2], (1, "Вишневецький", "", "", ""), (2, "Вишневецький", "Остап", "", "12.03.1987"))
    matches = run(csv_of(reports), xlsx_of(listed), "--language", "uk")

    doubt = "надто поширене, щоб порівняти з усіма зверненнями: потрібна дата народження"
    assert f"{doubt}: 1\n" in run.said.getvalue()
    assert {match["list_row"] for match in matches if doubt in match["why"]} <= {"1"}
    assert best(matches)["2"] == "R-1"


def test_how_common_a_name_is_is_counted_among_the_reports_themselves(run: Run) -> None:
    """A surname that the tables do not know, and two of three men of this file bear."""
    others = [
        (f"X-{n}", f"{'Їжакович' if n % 3 else 'Розлогий'} Лука {father}", "")
        for n, father in enumerate(["Савич", "Юліанович", "Остапович", "Несторович"] * 400)
    ]
    listed = xlsx_of([LIST[1], (1, "Їжакович", "Остап", "", "")])
    alone = run(csv_of([*REPORTS, ("R-5", "Їжакович Остап", "")]), listed)
    among_many = run(csv_of([*REPORTS, ("R-5", "Їжакович Остап", ""), *others]), listed)
    assert (best(alone), best(among_many)) == ({"1": "R-5"}, {"1": "R-5"})
    assert float(among_many[0]["points"]) < float(alone[0]["points"]) - 1


def test_five_reports_of_one_man_do_not_make_his_name_common() -> None:
    man, five, one = a_person("Їжакович Остап Зіновійович | 12.03.1987"), ReportIndex(), ReportIndex()
    five.add_all(list("12345"), [man] * 5)
    one.add("1", man)
    (surname,) = forms_to_count(profile(man)).surnames
    assert five.population().surname(surname) == one.population().surname(surname)


def test_an_empty_index_has_no_candidates() -> None:
    assert not ReportIndex()


@pytest.mark.filterwarnings("ignore:.*use of fork")  # ours have no threads that could hold a lock
def test_reports_made_ready_in_children_are_filed_as_one_by_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [REPORTS[0], ("R-0", "Зіновійович", ""), *REPORTS[1:]]
    one_by_one = run(csv_of(reports), xlsx_of(LIST))
    for name, value in (("LEAST_FOR_CHILDREN", 1), ("READY_AT_ONCE", 2)):
        monkeypatch.setattr(report_index, name, value)

    assert run(csv_of(reports), xlsx_of(LIST)) == one_by_one
    assert best(one_by_one) == {"1": "R-3", "3": "R-1"}
