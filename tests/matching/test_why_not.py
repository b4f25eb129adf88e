"""Why not? Any report beside any list entry: what they share, what keeps them apart, and who may ask."""

import itertools
import re
import uuid
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from familylink.reports import intake
from familylink.reports.models import AccessRecord
from matching import candidates, engine, lists_intake, why_not
from matching.models import ListEntry, Match, RefusedRow
from matching.why_not import Answer
from tests import canaries
from tests.factories import (
    HEADING,
    SON_ON_LIST,
    a_committed_list,
    a_match,
    a_member_of_staff,
    a_person,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    commit,
    match_all,
)

pytestmark = pytest.mark.django_db
STRANGER = "Кропивенко Тарас Богданович;24.07.1990"


def explained(row=SON_ON_LIST, report=None, matched=True, **facts):
    report = report or a_report()
    run = a_committed_list(row, **facts)
    if matched:
        match_all()
    return why_not.explain(report, ListEntry.objects.get(source_list=run.source_list))


def kinds(found, **wanted):
    return {
        kind
        for line in found.kinds
        if all(getattr(line, name) is value for name, value in wanted.items())
        for kind in line.kinds
    }


def test_a_match_is_explained_with_the_very_points_that_were_stored():
    a_report(birth="1987-03-13")
    a_report(given="Олексій")
    found = explained()
    match = Match.objects.get(pk=found.match.pk)
    assert found.answer is Answer.PROPOSED
    assert (found.comparison.points, found.probability, found.band) == (
        match.points,
        match.probability,
        match.band,
    )
    assert [line.as_dict() for line in found.comparison.evidence] == match.evidence["evidence"]
    assert list(found.comparison.caps) == match.evidence["caps"]
    assert (found.place, found.rivals) == (1, 3)


def test_the_brother_is_behind_the_man_himself():
    a_report()
    found = explained(report=a_report(given="Олексій"))
    assert (found.place, found.band) == (2, "")  # beside the man himself nobody need look at a twin
    assert found.probability < 0.01
    assert "brother_suspect" in found.comparison.caps


def test_two_whom_no_key_lets_meet_are_compared_all_the_same():
    found = explained(STRANGER)
    assert found.answer is Answer.NEVER_MET
    assert not found.has_met
    assert not Match.objects.exists()
    assert found.comparison.points < 0
    assert found.band == ""
    assert kinds(found, is_shared=True) == set()
    assert {"sg", "sf", "gfy", "dg", "ds"} <= kinds(found, person_has=True, entry_has=True)


def test_a_kind_of_key_that_one_side_lacks_is_named():
    found = explained("Кропивенко Тарас", a_report(given="", patronymic=""))
    assert "ds" in kinds(found, person_has=True, entry_has=False)
    assert "sg" in kinds(found, person_has=False, entry_has=True)


def test_a_pair_that_met_on_too_little_is_said_to_be_too_weak():
    found = explained("Вересняк Олександр Богданович;24.07.1961", a_report(birth="1987"))
    assert found.has_met
    assert found.answer is Answer.TOO_WEAK


def test_what_too_many_share_is_said_to_be_too_common(monkeypatch):
    monkeypatch.setattr(candidates, "TOO_COMMON", 1)
    for _ in range(2):
        a_report(given="", patronymic="", birth="")
    report = a_report(given="", patronymic="", birth="")
    found = explained("Вересняк;Суми", report, heading="ПІБ;Місце")
    assert found.answer is Answer.TOO_COMMON
    assert not found.has_met
    assert kinds(found, is_too_common=True) == kinds(found, is_shared=True) != set()


def test_a_report_that_the_matching_has_not_come_to_is_due():
    assert explained(matched=False).answer is Answer.DUE


def test_a_withdrawn_report_is_said_to_be_withdrawn():
    report = a_report()
    intake.withdraw(report)
    assert explained(report=report).answer is Answer.WITHDRAWN


def test_a_list_that_is_not_in_force_is_said_to_be_so():
    run = a_committed_list(STRANGER)
    lists_intake.withdraw_list(run.source_list_id, by=None)
    found = why_not.explain(a_report(), ListEntry.objects.get())
    assert found.answer is Answer.NOT_IN_FORCE


def test_asking_writes_nothing():
    report, run = a_report(), a_committed_list()
    match_all()
    before = list(Match.objects.values())
    for entry in ListEntry.objects.filter(source_list=run.source_list):
        why_not.explain(report, entry)
    assert list(Match.objects.values()) == before


def test_every_kind_of_key_that_the_engine_makes_has_words():
    people = [
        a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12"),
        a_person("Вересняк", "О."),
        a_person("Вересняк", "", "", "1987"),
        a_person("", "Олександр", "Миколайович", "1987"),
    ]
    profiles = [engine.profile(person) for person in people]
    keys = {key for one in profiles for key in engine.stored_keys(one) | engine.query_keys(one)}
    assert {key.partition(":")[0] for key in keys} == set(itertools.chain(*why_not.KEY_KINDS))


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_no_two_lines_of_keys_read_alike(language):
    with translation.override(language):
        said = [str(words) for words in why_not.KEY_KINDS.values()]
    assert len(said) == len(set(said))


DATED = {"birth": "1987-03-12"}
OTHER_SURNAME = "Кропивенко Олександр Миколайович"


@pytest.mark.parametrize(
    ("row", "person", "without_year", "with_year"),
    [
        (f"{OTHER_SURNAME};24.07.1990", DATED, "not used", "differs"),
        (f"{OTHER_SURNAME};1987", DATED, "not used", "the same"),
        (f"{OTHER_SURNAME};24.07.1987", {"birth": "1987"}, "not used", "the same"),
        (f"{OTHER_SURNAME};", DATED, "the same", "not used"),
        (f"{OTHER_SURNAME};24.07.1990", {"birth": ""}, "the same", "not used"),
        ("Кропивенко Тарас Богданович;", DATED, "differs", "not used"),
    ],
)
def test_a_line_of_several_kinds_says_truly_whether_it_is_met(row, person, without_year, with_year):
    found = explained(row, a_report(surname="Кравчук", **person))
    lines = {line.kinds[0]: standing(line) for line in found.kinds}
    assert (lines["gf"], lines["gfy"]) == (without_year, with_year)
    assert found.has_met is ("the same" in lines.values())


def standing(line):
    if line.is_shared:
        return "the same"
    return "differs" if line.is_compared else "not used"


def test_no_name_and_no_key_goes_into_the_log(caplog):
    caplog.set_level("DEBUG")
    explained()
    assert "compared with entry" in caplog.text
    assert not [word for word in ("Вересняк", "Олександр", "virisnak", "sg:") if word in caplog.text]


# ------------------------------------------------------------------------------------------------- the page

PAGE = "admin:matching_match_why_not"


def asked(client, report, entry, language="en", changed=None):
    client.cookies["django_language"] = language
    told = {"report": report.reference, "source_list": entry.source_list_id, "row": entry.row}
    return client.post(reverse(PAGE), {**told, **(changed or {})}, follow=True)


@pytest.fixture
def pair():
    report, run = a_report(), a_committed_list(STRANGER)
    match_all()
    return report, ListEntry.objects.get(source_list=run.source_list)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("different surnames", "no key is the same", "surname with given name")),
        ("uk", ("різні прізвища", "жоден ключ", "прізвище з іменем")),
        ("ru", ("разные фамилии", "ни один ключ", "фамилия с именем")),
    ],
)
def test_the_page_says_it_in_the_readers_language(client, pair, language, words):
    client.force_login(a_reviewer())
    shown = asked(client, *pair, language=language).content.decode()
    assert not [text for text in (*words, "Кропивенко Тарас Богданович", "Вересняк") if text not in shown]


def test_a_comparison_is_on_record_as_a_view_of_both(client, pair):
    reviewer = a_reviewer()
    client.force_login(reviewer)
    asked(client, *pair)
    seen = AccessRecord.objects.filter(viewer=reviewer).values_list("subject", "subject_id")
    assert set(seen) == {("reports.report", pair[0].pk), ("matching.listentry", pair[1].pk)}


def test_who_may_not_see_pairs_or_reports_may_not_ask(client, pair):
    client.force_login(a_member_of_staff("importers"))
    assert asked(client, *pair).status_code == 403
    assert client.get(reverse(PAGE)).status_code == 403
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"report": "FL-AAAA-AAAA"}, "report"),
        ({"report": ""}, "report"),
        ({"row": "999"}, "row"),
        ({"row": "-1"}, "row"),
        ({"row": "9" * 40}, "row"),
        ({"sheet": "немає"}, "row"),
        ({"source_list": str(uuid.uuid4())}, "source_list"),
        ({"source_list": "'; --"}, "source_list"),
        ({"report": "\0"}, "report"),
    ],
)
def test_what_is_not_there_is_answered_beside_its_field(client, pair, changed, field):
    client.force_login(a_reviewer())
    response = asked(client, *pair, changed=changed)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    assert not AccessRecord.objects.exists()


def test_the_way_leads_from_the_report_the_list_and_the_pair(client, pair):
    report, entry = pair
    a_committed_list()
    match_all()
    client.force_login(a_reviewer())
    match = Match.objects.get()
    for name, subject in (
        ("reports_report_change", report),
        ("matching_sourcelist_change", entry.source_list),
        ("matching_match_change", match),
    ):
        shown = client.get(reverse(f"admin:{name}", args=[subject.pk])).content.decode()
        assert reverse(PAGE) in shown, name
    prefilled = client.get(reverse(PAGE), {"report": report.reference}).content.decode()
    assert report.reference in prefilled


@pytest.mark.parametrize("sheet", ["", "рота Кружаленка"])
def test_from_a_pair_only_the_report_is_still_to_be_told(client, sheet):
    match = a_match() if not sheet else a_match_on_a_sheet(sheet)
    other = a_report(given="Олексій")
    client.force_login(a_reviewer())
    shown = client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()
    [way] = re.findall(rf'href="({reverse(PAGE)}[^"]*)"', shown)
    form = client.get(way).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"report": other.reference}
    answered = client.post(way, typed, follow=True)
    found = answered.context["found"]
    assert (found.report, found.entry) == (other, match.entry)
    assert "Кружаленка" not in unquote(way + answered.request["QUERY_STRING"])


def a_match_on_a_sheet(sheet):
    report = a_report()
    commit(received_book({sheet: [HEADING, SON_ON_LIST]}))
    match_all()
    return Match.objects.get(missing_person=report.missing_person)


@pytest.mark.parametrize(
    "told", [{"entry": "x"}, {"entry": str(uuid.uuid4())}, {"report": "FL-AAAA-AAAA"}, {"entry": "\0"}]
)
def test_an_address_of_nobody_is_not_found(client, told):
    client.force_login(a_reviewer())
    assert client.get(reverse(PAGE), told).status_code == 404


def test_of_a_row_that_names_two_people_one_is_named(client):
    received = a_received_list("Вересняк Олександр, Олексій;31.02.1987")
    people = [("Вересняк Олександр", "1987"), ("Вересняк Олексій", "1987")]
    lists_intake.correct_row(RefusedRow.objects.get().pk, *people, by=None)
    entry = ListEntry.objects.get(source_list=commit(received).source_list, part=2)
    client.force_login(a_reviewer())
    report = a_report()
    assert asked(client, report, entry).context["form"].errors.keys() == {"row"}
    found = asked(client, report, entry, changed={"part": "2"}).context["found"]
    assert found.entry == entry


def test_an_importer_sees_no_way_there(client, pair):
    client.force_login(a_member_of_staff("importers"))
    address = reverse("admin:matching_sourcelist_change", args=[pair[1].source_list_id])
    assert reverse(PAGE) not in client.get(address).content.decode()


# ---------------------------------------------------------------------------------------------- the command


def printed(*words):
    said = StringIO()
    call_command("why_not", *words, stdout=said)
    return said.getvalue()


def test_the_command_prints_the_comparison_in_english(pair):
    report, entry = pair
    said = printed(report.reference.lower().replace("-", " "), f"{entry.source_list_id}:{entry.row}")
    for words in (
        "no key is the same",
        "different surnames",
        "together",
        "full date of birth with given name: differs",
        "none",
    ):
        assert words in said
    assert said == printed(report.reference, str(entry.pk))


@pytest.mark.parametrize(
    ("reference", "entry", "words"),
    [
        ("FL-AAAA-AAAA", "{list}:2", "no report"),
        ("{report}", "{list}:99", "no entry in this row"),
        ("{report}", "{list}:zwei", "row is a number"),
        ("{report}", "nonsense:2", "named by its id"),
        ("{report}", "nonsense", "named by its id"),
        ("{report}", f"{uuid.UUID(int=1)}:2", "no list with this id"),
        ("{report}", str(uuid.UUID(int=1)), "no entry in this row"),
    ],
)
def test_the_command_says_what_it_cannot_find(pair, reference, entry, words):
    names = {"report": pair[0].reference, "list": pair[1].source_list_id}
    with pytest.raises(CommandError, match=words):
        printed(reference.format(**names), entry.format(**names))


def received_book(sheets):
    return lists_intake.receive_list(
        wave=a_wave(),
        source_name="Штаб",
        kind="released",
        reliability="A",
        filename="b.xlsx",
        content=canaries.workbook(sheets),
        by=None,
    )


def test_of_two_sheets_with_such_a_row_one_is_named_and_told_by_its_sealed_name():
    sheets = {"Рота Перша": [HEADING, SON_ON_LIST], "Рота Друга": [HEADING, "Кропива Тарас;1990"]}
    source_list = commit(received_book(sheets)).source_list
    with pytest.raises(why_not.SeveralSheets):
        why_not.find_entry(source_list, 2)
    found = why_not.find_entry(source_list, 2, "Рота Друга")
    assert (found.sheet, found.name_text) == ("Рота Друга", "Кропива Тарас")
