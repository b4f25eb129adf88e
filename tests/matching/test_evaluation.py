"""What `manage.py evaluate` measures, writes and refuses."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching.engine import BirthDate, Name, Person
from matching.evaluation.cases import NotACase, judge_case, script, strata
from matching.evaluation.measures import (
    Bin,
    Judged,
    by_stratum,
    calibration_error,
    measure,
    recall_at_precision,
    reliability,
    wrong_kinds,
)

SHIPPED = Path(__file__).parents[1] / "cases"
RIGHT = Judged(True, True, 3, 1, 0.9)
SECOND = Judged(True, True, 5, 2, 0.4, "brother")
LOST = Judged(True, False, 0, 0)
NOBODY = Judged(False, False, 2, 0, 0.1, "namesake")


def test_recall_counts_the_reported_and_the_first_or_the_first_ten_places() -> None:
    measured = measure([RIGHT, SECOND, LOST, NOBODY])
    assert (measured.entries, measured.reported) == (4, 3)
    assert (measured.recall_at_1, measured.recall_at_10) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert measured.blocking_recall == pytest.approx(2 / 3)
    assert measured.candidates_per_entry == 2.5


def test_an_eleventh_place_is_not_among_ten() -> None:
    assert measure([Judged(True, True, 20, 11, 0.2)]).recall_at_10 == 0


def test_brier_is_the_mean_square_of_what_was_said_wrongly() -> None:
    assert measure([RIGHT, SECOND, LOST, NOBODY]).brier == pytest.approx((0.01 + 0.16 + 0.01) / 3)


def test_probabilities_that_come_true_have_no_calibration_error() -> None:
    said = [(0.75, True), (0.75, True), (0.75, True), (0.75, False), (0.0, False), (1.0, True)]
    assert calibration_error(said) == 0


def test_saying_nine_of_ten_and_being_right_in_half_is_an_error_of_two_fifths() -> None:
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)


def test_certainty_falls_into_the_last_bin_and_empty_bins_are_left_out() -> None:
    assert reliability([(1.0, True), (0.05, False)]) == [Bin(1, 0.05, 0.0), Bin(1, 1.0, 1.0)]


def test_a_wrong_acceptance_among_twenty_is_still_allowed_at_95_percent() -> None:
    said = [(1 - number / 100, number != 5) for number in range(20)]
    assert recall_at_precision(said, 25) == 19 / 25


def test_wrong_acceptances_above_all_others_leave_no_recall_at_precision() -> None:
    assert recall_at_precision([(0.99, False), (0.9, True)], 1) == 0


def test_equal_probabilities_cannot_be_accepted_apart() -> None:
    assert recall_at_precision([(0.9, True), (0.9, False)], 1) == 0


def test_nothing_to_measure_on_is_no_number_rather_than_a_good_one() -> None:
    measured = measure([])
    assert (measured.recall_at_1, measured.recall_at_precision_95, measured.ece) == (None, None, None)


def test_a_group_holds_only_its_own_rows() -> None:
    rows = [
        Judged(True, True, 1, 1, 0.9, strata=("date none", "script uk > ru")),
        Judged(True, strata=("date none",)),
    ]
    groups = by_stratum(rows)
    assert groups["date none"].recall_at_1 == 0.5
    assert groups["script uk > ru"].recall_at_1 == 1


def test_the_kinds_of_the_wrong_say_how_sure_they_looked() -> None:
    kinds = wrong_kinds([RIGHT, SECOND, LOST, NOBODY, Judged(False, False, 2, 0, 0.3, "namesake")])
    assert list(kinds) == ["namesake", "brother"]
    assert (kinds["namesake"].rows, kinds["namesake"].highest) == (2, 0.3)
    assert kinds["namesake"].said == pytest.approx(0.2)


# ------------------------------------------------------------------------------------------------- cases


def person(name: str, birth: str = "") -> Person:
    return Person((Name(full=name),), BirthDate.parse(birth))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Лаврінець Зіновій", "uk"),
        ("Бобров Артём", "ru"),
        ("Жукаў Алег", "be"),
        ("Ткач Роман", "Cyrillic"),
        ("Tkach Roman", "Latin"),
        ("Tkаch Roman", "Latin"),  # one Cyrillic letter that only looks Latin
    ],
)
def test_the_script_of_a_name_is_seen_in_its_letters(name: str, expected: str) -> None:
    assert script(person(name)) == expected


def test_a_pair_is_grouped_by_the_poorer_side() -> None:
    full, poor = person("Лаврінець Зіновій Орестович", "12.03.1987"), person("Ткач Роман", "1987")
    assert strata(full, poor) == ("script uk > Cyrillic", "date partial", "patronymic missing")
    assert strata(full, person("Ткач Роман"))[1] == "date none"
    assert strata(full, full)[1:] == ("date full", "patronymic both")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A man who is reported, his brother who is not but looks like him, and a row that cannot be read."""
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "reports.csv").write_text(
        "report_id,name,date_of_birth\n"
        "R1,Лаврінець Зіновій Орестович,12.03.1987\nR2,Гарбуз Остап Ілліч,01.02.1990\n",
        encoding="utf-8",
    )
    (folder / "wave.csv").write_text(
        "row,name,date_of_birth\n1,Лавринец Зиновий Орестович,12.03.1987\n2,Гарбуз Тарас Ілліч,\n"
        "3,Немирич Юхим,40.40.1980\n",
        encoding="utf-8",
    )
    (folder / "truth.csv").write_text(
        "wave_row,report_id,kind\n1,R1,match\n2,,no_report\n3,R9,match\n,R2,brother\n", encoding="utf-8"
    )
    return folder


def test_every_row_of_the_list_is_judged_also_one_that_cannot_be_read(case: Path) -> None:
    first, brother, unread = judge_case(case)
    assert (first.place, first.is_met, first.said and first.said > 0.97) == (1, True, True)
    assert (brother.is_reported, brother.place, brother.wrong_kind) == (False, 0, "brother")
    assert unread.is_reported
    assert (unread.is_met, unread.said) == (False, None)


def test_the_tables_and_the_picture_are_written(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call_command("evaluate", str(case), out=out)
    told = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["cases"]["case"]
    assert told["all"]["recall_at_1"] == 0.5
    assert told["strata"]["script uk > Cyrillic"]["reported"] == 1
    assert told["wrong_first_places"]["brother"]["rows"] == 1
    assert "| brother | 1 |" in (out / "evaluation.md").read_text(encoding="utf-8")
    picture = ET.parse(out / "case.svg").getroot()
    circles = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == len(told["reliability"])


def test_no_name_reaches_what_is_written(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call_command("evaluate", str(case), out=out)
    assert all("Лаврін" not in one.read_text(encoding="utf-8") for one in out.iterdir())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "no column kind, report_id, wave_row"),
        ("wave_row,report_id,kind\nfirst,R1,match\n", "a wave_row is no number"),
        ("wave_row,report_id,kind\n,R2,brother\n", "no row of the wave is named"),
    ],
)
def test_a_truth_that_tells_nothing_is_refused(case: Path, text: str, reason: str) -> None:
    (case / "truth.csv").write_text(text, encoding="utf-8")
    with pytest.raises(NotACase, match=reason):
        judge_case(case)


@pytest.mark.parametrize("file", ["reports.csv", "wave.csv", "truth.csv"])
def test_a_missing_file_is_named(case: Path, file: str, tmp_path: Path) -> None:
    (case / file).unlink()
    with pytest.raises(CommandError, match=file):
        call_command("evaluate", str(case), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_two_folders_of_one_name_are_refused(case: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="same name"):
        call_command("evaluate", str(case), str(case), out=tmp_path / "out")


@pytest.mark.parametrize("name", ["dated", "undated"])
def test_the_shipped_cases_lose_nobody_and_say_what_they_know(name: str) -> None:
    rows = judge_case(SHIPPED / name)
    measured = measure(rows)
    assert measured.recall_at_10 is not None
    assert measured.recall_at_10 >= 0.98
    assert measured.ece is not None
    assert measured.ece <= 0.06  # of some 130 rows; chance alone makes .03
    told = wrong_kinds(rows)
    assert all(told[kind].highest < 0.4 for kind in ("brother", "father_or_son") if kind in told)
