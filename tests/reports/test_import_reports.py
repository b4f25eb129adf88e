"""Reports that others have collected: each file is filed once, and no row is taken for another one's."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from familylink.reports import endings, intake
from familylink.reports.models import Report
from familylink.sealing import blind_index
from tests.factories import a_member_of_staff, a_person

pytestmark = pytest.mark.django_db

NUMBERED = (
    "report_id;ПІБ;Дата народження\n1;Вересняк Олександр Миколайович;12.03.1987\n2;Ковшар Леонтій;1979\n"
)
OTHERS = "report_id;ПІБ;Дата народження\n1;Дремлюк Павло Савич;05.06.1991\n3;Смерека Юхим Лукич;1990\n"
UNNUMBERED = "ПІБ;Дата народження\nВересняк Олександр Миколайович;12.03.1987\nКовшар Леонтій;1979\n"


class Import:
    """One call of the command on a file with this text; what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, content: str, *more: str) -> str:
        file = self.folder / "reports.csv"
        file.write_text(content, encoding="utf-8")
        self.said = io.StringIO()
        call_command("import_reports", str(file), *more, stdout=self.said, stderr=self.said)
        return self.said.getvalue()


@pytest.fixture
def bring_in(tmp_path: Path) -> Import:
    return Import(tmp_path)


def people() -> list[str]:
    """Who is looked for, as told."""
    reports = Report.objects.order_by("filed_at").select_related("missing_person")
    return [report.missing_person.as_person().names[0].full for report in reports]


@pytest.mark.parametrize("content", [NUMBERED, UNNUMBERED], ids=["with numbers", "without"])
def test_the_same_file_brought_in_twice_is_filed_once(bring_in: Import, content: str) -> None:
    assert "2 reports filed, 0 known before" in bring_in(content)
    assert "0 reports filed, 2 known before" in bring_in(content)
    assert Report.objects.count() == 2


def test_a_second_file_without_numbers_is_not_taken_for_the_first(bring_in: Import) -> None:
    bring_in(UNNUMBERED)
    more = "ПІБ;Дата народження\nДремлюк Павло Савич;05.06.1991\nКовшар Леонтій;1979\n"
    assert "1 reports filed, 1 known before" in bring_in(more)
    assert people() == ["Вересняк Олександр Миколайович", "Ковшар Леонтій", "Дремлюк Павло Савич"]


def test_two_equal_rows_without_numbers_are_two_reports_however_often_they_come(bring_in: Import) -> None:
    twice = UNNUMBERED + "Ковшар Леонтій;1979\n"
    bring_in(twice)
    bring_in(twice)
    assert people().count("Ковшар Леонтій") == 2


WRITTEN_OTHERWISE = {
    "in capitals, with a column more": "ПІБ;Дата народження;Звання\nВЕРЕСНЯК Олександр Миколайович;12.03.1987;солдат\n",
    "in three columns": "Ім'я;По батькові;Прізвище;Дата народження\nОлександр;Миколайович;Вересняк;1987-03-12\n",
    "with a look-alike letter": "ПІБ;Дата народження\nВересняк Oлександр Миколайович;12.03.1987\n",
    "with a number": "report_id;ПІБ;Дата народження\n8;Вересняк Олександр Миколайович;12.03.1987\n",
}
NUMBER_FIRST = "report_id;ПІБ;Дата народження\n8;ВЕРЕСНЯК ОЛЕКСАНДР МИКОЛАЙОВИЧ;12.03.1987\n"


@pytest.mark.parametrize("source", [(), ("--source", "Родини разом")], ids=["of nobody named", "of a source"])
@pytest.mark.parametrize(
    "first", [UNNUMBERED, NUMBER_FIRST], ids=["without number first", "with number first"]
)
@pytest.mark.parametrize("again", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE)
def test_whoever_was_erased_is_not_brought_back_by_a_file_that_writes_him_otherwise(
    bring_in: Import, first: str, again: str, source: tuple[str, ...]
) -> None:
    bring_in(first, *source)
    for report in Report.objects.all():
        endings.erase(report)
    assert "0 reports filed, 1 known before" in bring_in(again, *source)
    assert "0 reports filed, 1 known before" in bring_in(again, *source)
    assert not Report.objects.open().exists()


def test_another_man_of_the_same_name_is_filed_though_the_file_has_numbers_now(bring_in: Import) -> None:
    he = "Ковшар Леонтій;01.02.1979\n"
    bring_in(f"ПІБ;Дата народження\n{he}")
    numbered = f"report_id;ПІБ;Дата народження\n5;{he}6;{he}"
    assert "1 reports filed, 1 known before" in bring_in(numbered)
    assert "0 reports filed, 2 known before" in bring_in(numbered)
    unnumbered = "ПІБ;Дата народження\n" + he * 3
    assert "1 reports filed, 2 known before" in bring_in(unnumbered)
    assert people().count("Ковшар Леонтій") == 3


@pytest.mark.parametrize("birth", ["", "1979"])
def test_of_whom_no_whole_birth_date_is_told_a_namesake_with_a_number_is_somebody_else(
    bring_in: Import, birth: str
) -> None:
    bring_in(f"ПІБ;Дата народження\nКовшар Леонтій;{birth}\n")
    assert "1 reports filed, 0 known before" in bring_in(
        f"report_id;ПІБ;Дата народження\n77;Ковшар Леонтій;{birth}\n"
    )


def test_the_same_man_of_another_source_is_another_report(bring_in: Import) -> None:
    bring_in(NUMBERED, "--source", "Родини разом")
    assert "2 reports filed, 0 known before" in bring_in(UNNUMBERED)
    assert "2 reports filed, 0 known before" in bring_in(UNNUMBERED, "--source", "Громада")


def test_what_earlier_versions_filed_is_known_by_its_cells_as_they_stood(bring_in: Import) -> None:
    as_it_stood = json.dumps([[["", "", "", "Вересняк Олександр Миколайович"]], "1987-03-12"])
    mark = blind_index("imported person", as_it_stood)[:8].hex()
    intake.file_report(
        intake.Told(
            person=a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12"),
            relation="other",
            language="uk",
            source=Report.Source.IMPORT,
            source_reference=f"~{mark}",
        )
    )
    assert "1 reports filed, 1 known before" in bring_in(UNNUMBERED)


def test_a_number_known_with_another_person_is_refused_aloud_and_the_rest_is_filed(bring_in: Import) -> None:
    bring_in(NUMBERED)
    with pytest.raises(CommandError, match=r"1 rows were NOT filed.*--source"):
        bring_in(OTHERS)
    assert "Row 2: report number 1 is known with another person" in bring_in.said.getvalue()
    assert "Дремлюк" not in bring_in.said.getvalue()
    assert people()[2:] == ["Смерека Юхим Лукич"]


def test_one_number_on_two_people_of_a_file_loses_nothing_silently(bring_in: Import) -> None:
    with pytest.raises(CommandError, match="1 rows were NOT filed"):
        bring_in(NUMBERED + "2;Дремлюк Павло Савич;05.06.1991\n")
    assert Report.objects.count() == 2


def test_numbers_of_a_named_source_are_apart_from_those_of_others(bring_in: Import) -> None:
    bring_in(NUMBERED)
    assert "2 reports filed" in bring_in(OTHERS, "--source", "Родини разом")
    assert "0 reports filed, 2 known before" in bring_in(OTHERS, "--source", "Родини разом")
    assert Report.objects.count() == 4


def test_what_is_kept_of_a_row_to_know_it_again_names_nobody(bring_in: Import) -> None:
    bring_in(UNNUMBERED)
    kept = " ".join(str(report.source_reference) for report in Report.objects.all())
    assert kept.isascii()
    assert "1987" not in kept


def test_staff_find_a_report_by_its_whole_number_at_the_source(bring_in: Import, client: Client) -> None:
    bring_in(NUMBERED)
    bring_in(OTHERS, "--source", "Родини разом")
    client.force_login(a_member_of_staff("leads"))
    found = {
        number: client.get(reverse("admin:reports_report_changelist"), {"q": number})
        .context["cl"]
        .result_count
        for number in ("2", "Родини разом/3", "3", "Родини")
    }
    assert found == {"2": 1, "Родини разом/3": 1, "3": 0, "Родини": 0}


def test_a_bad_row_is_said_by_its_place_and_not_by_its_name(bring_in: Import) -> None:
    said = bring_in(UNNUMBERED + "Дремлюк Павло Савич;31.02.1990\n")
    assert "Row 4" in said
    assert "31.02" not in said
    assert "2 reports filed, 0 known before, 1 problems" in said
