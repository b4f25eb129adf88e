"""Of a man whom several reports name: what each of them tells stays his, and goes with it when it leaves him."""

import pgtrigger
import pytest

from familylink.reports import endings, intake
from familylink.reports.answers import answers_of
from familylink.reports.models import Flag, FlagKind, Report
from matching.engine import BirthDate, Name, Person
from matching.models import Match
from tests.factories import a_committed_list, a_person, a_report, match_all, person_of
from tests.matching.deciding import confirmed, linked, parted
from tests.test_damage import damage

pytestmark = pytest.mark.django_db
BORN = "1987-03-12"


def a_mother_and_a_wife(**mother):
    """Two reports about one name; the wife's has all that the mother's may lack."""
    return a_report(**mother), a_report(phone="+380990000002")


def tell_anew(report, given="Олександр", birth="", **facts):
    """The relative goes through her answers again."""
    report.refresh_from_db()
    person = a_person("Вересняк", given, "Миколайович", birth, **facts)
    told = intake.Told(person=person, relation="wife", language="uk", answers=answers_of(person))
    intake.correct(report, told)


def known(report):
    """Given names and birth date of the man whom this report names now."""
    report.missing_person_id = Report.objects.values_list("missing_person", flat=True).get(pk=report.pk)
    man = person_of(report)
    return {name.given_name for name in man.names.all()}, man.birth_date


def corrected_by_staff(report, *given_names, birth=""):
    names = tuple(Name("Вересняк", given, "Миколайович") for given in given_names)
    intake.change_person(report.missing_person_id, Person(names, BirthDate.parse(birth)))


def test_a_birth_date_that_came_with_a_report_leaves_with_it():
    mother, wife = a_mother_and_a_wife(birth="")
    link = linked(wife, mother)
    assert known(mother) == ({"Олександр"}, BORN)
    parted(link)
    assert known(mother) == ({"Олександр"}, "")
    assert known(wife) == ({"Олександр"}, BORN)


def test_what_a_linked_report_tells_anew_goes_with_it_and_stays_nowhere_else():
    mother, wife = a_report(given="Петро", birth="1980-01-01"), a_report(phone="+380990000002", birth="")
    link = linked(wife, mother)
    tell_anew(wife, "Олекса", birth=BORN, place="Тихий Яр")
    assert known(mother) == ({"Петро", "Олекса"}, "1980-01-01")
    parted(link)
    assert known(wife) == ({"Олекса"}, BORN)
    assert person_of(wife).place == "Тихий Яр"
    assert known(mother) == ({"Петро"}, "1980-01-01")
    assert person_of(mother).place == ""
    a_committed_list("Вересняк Олекса Миколайович;12.03.1987")
    match_all()
    assert Match.objects.get(band="certain").missing_person_id == wife.missing_person_id


def test_what_one_relative_changes_takes_nothing_away_that_another_still_tells():
    mother, wife = a_mother_and_a_wife()
    linked(wife, mother)
    tell_anew(wife, "Олексій", birth="1961-05-05")
    assert known(mother) == ({"Олександр", "Олексій"}, BORN)
    tell_anew(wife, "Олекса")
    assert known(mother) == ({"Олександр", "Олекса"}, BORN)


def test_what_a_relative_alone_told_changes_with_her_words():
    mother, wife = a_mother_and_a_wife(birth="")
    linked(wife, mother)
    tell_anew(wife, birth="1987-03-13")
    assert known(mother)[1] == "1987-03-13"
    tell_anew(mother, birth="1986-01-01")
    tell_anew(wife)
    assert known(mother)[1] == "1986-01-01", "of two who told it one is left"


def test_a_spelling_that_another_came_to_tell_stays_when_the_first_leaves():
    mother, wife = a_mother_and_a_wife(given="Саша")
    link = linked(wife, mother)
    tell_anew(mother, "Олександр", birth=BORN)
    parted(link)
    assert known(mother) == ({"Олександр"}, BORN)


def test_what_the_staff_corrected_before_a_report_came_stays_when_it_leaves():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="1986-03-12")
    corrected_by_staff(mother, "Саша", "Олександр", birth=BORN)
    link = linked(wife, mother)
    parted(link)
    assert known(mother) == ({"Саша", "Олександр"}, BORN)


def test_of_two_reports_linked_to_one_man_each_takes_only_its_own_away():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="")
    brother = a_report(phone="+380990000003", birth="")
    sister = a_report(phone="+380990000004", given="Сашко", birth="")
    first, second, third = (linked(one, mother) for one in (wife, brother, sister))
    assert known(mother) == ({"Саша", "Олександр", "Сашко"}, BORN)
    parted(first)
    assert known(mother) == ({"Саша", "Олександр", "Сашко"}, ""), "the brother tells that name too"
    parted(second)
    assert known(mother) == ({"Саша", "Сашко"}, "")
    parted(third)
    assert known(mother) == ({"Саша"}, "")


def test_what_the_staff_corrected_outlasts_two_reports_that_tell_the_same():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="")
    corrected_by_staff(mother, "Саша", "Олександр")
    brother = a_report(phone="+380990000003", birth="")
    links = [linked(one, mother) for one in (wife, brother)]
    for link in links:
        parted(link)
    assert known(mother) == ({"Саша", "Олександр"}, "")


def test_linked_again_a_report_brings_what_it_told_meanwhile_and_takes_it_back_again():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="")
    parted(linked(wife, mother))
    tell_anew(wife, "Олекса", birth="1988-01-01")
    again = linked(wife, mother)
    assert known(mother) == ({"Саша", "Олекса"}, "1988-01-01")
    parted(again)
    assert known(mother) == ({"Саша"}, "")


def test_a_pair_confirmed_on_what_the_report_brought_is_shown_as_changed_when_it_leaves(settings):
    settings.SENDING = "send"
    mother, wife = a_mother_and_a_wife(birth="", patronymic="")
    link = linked(wife, mother)
    a_committed_list()
    match_all()
    match = confirmed(Match.objects.get(missing_person=mother.missing_person_id))
    parted(link)
    match_all()
    match.refresh_from_db()
    assert match.new_evidence_at


def test_of_a_link_from_before_facts_were_remembered_the_spellings_are_taken_back():
    mother, wife = a_mother_and_a_wife(given="Саша")
    link = linked(wife, mother)
    with pgtrigger.ignore("reports.ReportLink:links_only_added"):
        link.added_names = [["Вересняк", "Олександр", "Миколайович", ""]]
        link.save()
    parted(link)
    assert known(mother) == ({"Саша"}, BORN)


def test_where_a_report_cannot_be_read_nothing_is_taken_and_no_news_leaves_before_somebody_looked():
    mother, wife = a_mother_and_a_wife(given="Саша")
    link = linked(wife, mother)
    damage(mother, "answers")
    parted(link)
    assert known(wife) == ({"Олександр"}, BORN)
    assert known(mother) == ({"Саша", "Олександр"}, BORN)
    flag = Flag.objects.standing().get()
    assert (flag.kind, flag.missing_person_id) == (FlagKind.HOLD, mother.missing_person_id)


def test_a_relative_can_change_her_answers_while_those_of_another_are_damaged():
    mother, wife = a_mother_and_a_wife()
    linked(wife, mother)
    damage(mother, "answers")
    tell_anew(wife, "Олекса", birth="1988-01-01")
    assert known(wife) == ({"Олександр", "Олекса"}, "1988-01-01")


def test_erased_a_linked_report_leaves_nothing_of_what_it_alone_told_with_either_man():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="")
    own, link = person_of(wife), linked(wife, mother)
    tell_anew(wife, "Олекса", birth=BORN, place="Тихий Яр")
    erased(wife)
    assert known(mother) == ({"Саша"}, "")
    assert person_of(mother).place == ""
    own.refresh_from_db()
    assert (own.birth_date, own.place, own.keys, own.names.count()) == ("", "", [], 0)
    link.refresh_from_db()
    assert link.added_names is None


def test_erased_a_report_takes_what_it_alone_told_from_the_man_whom_another_was_linked_to():
    mother, wife = a_mother_and_a_wife(given="Саша", birth="1987-03-13")
    mother_on_her_own, link = person_of(mother), linked(wife, mother)
    erased(mother)
    assert known(wife) == ({"Олександр"}, BORN)
    a_committed_list()
    match_all()
    assert Match.objects.get(band="certain").missing_person_id == mother_on_her_own.pk
    parted(link)
    assert known(wife) == ({"Олександр"}, BORN)
    mother_on_her_own.refresh_from_db()
    assert (mother_on_her_own.keys, mother_on_her_own.names.count()) == ([], 0), (
        "nobody tells of him any more"
    )


def test_erased_a_report_leaves_what_another_relative_tells_too():
    mother, wife = a_mother_and_a_wife()
    linked(wife, mother)
    erased(wife)
    assert known(mother) == ({"Олександр"}, BORN)


def test_erased_a_report_is_gone_although_that_of_another_relative_cannot_be_read():
    mother, wife = a_mother_and_a_wife(given="Саша")
    own = person_of(wife)
    linked(wife, mother)
    damage(mother, "answers")
    erased(wife)
    assert not own.names.exists()
    assert known(mother) == ({"Саша", "Олександр"}, BORN), "nobody knows what of it the mother told"


@pytest.mark.parametrize("name", ["answers", "code_word", "circumstances", "reporter_name"])
def test_a_report_of_which_something_is_damaged_is_linked_and_parted_like_any_other(name):
    mother, wife = a_mother_and_a_wife()
    damage(wife, name)
    link = linked(wife, mother)
    assert known(wife) == known(mother)
    parted(link)
    wife.refresh_from_db(fields=["missing_person"])
    assert wife.missing_person_id == link.from_person_id


def erased(report):
    report.refresh_from_db()
    endings.erase(report)
