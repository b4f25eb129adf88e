"""Honest about no match: to those who wish it, once a wave and once a day, never against what is known."""

import datetime as dt

import pytest
import time_machine
from billiard.exceptions import SoftTimeLimitExceeded

from familylink.reports.models import Contact, MissingPerson, Report
from matching import candidates, lists_intake, review, tasks
from matching.models import (
    Aside,
    ChecksTold,
    Correction,
    ListEntry,
    ListKind,
    Match,
    RefusedRow,
    Verdict,
)
from matching.news import after_wave, family_view
from notifications import delivery, recipients, recovery
from notifications.models import Notification
from notifications.transports import memory
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_lead,
    a_report,
    a_reviewer,
    a_wave,
    match_all,
    person_of,
)
from tests.matching.deciding import confirmed, retired, verdict

pytestmark = pytest.mark.django_db
PHONE = "+380990000001"
STRANGER = "Далекий Чоловік Інший;01.01.1950"


@pytest.fixture(autouse=True)
def at_any_hour(sending, settings):
    settings.QUIET_HOURS = ()


def wishing(**facts: str) -> Report:
    """A report whose family wants to hear after each wave."""
    report = a_report(**facts)
    for contact in report.contacts.all():
        recipients.want_checks(channel=contact.channel, to=contact.address, wanted=True)
    return report


def a_matched_list(*rows: str, **facts) -> None:
    a_committed_list(*(rows or [STRANGER]), **facts)
    match_all()


def told() -> list[str]:
    after_wave.tell_checked()
    recovery.sweep()
    return [sent.body for sent in memory.sent]


def test_a_family_that_wishes_it_hears_that_nobody_certain_was_found() -> None:
    report = wishing()
    a_matched_list(STRANGER, "Інший Далекий;1951")
    words = "список від 24 травня (осіб: 2), точного збігу нема. Це не висновок про долю. Грошей не просимо."
    assert told() == [f"{report.reference} {report.code_word}: {words}"]


@pytest.mark.parametrize(("language", "day"), [("en", "24 May"), ("ru", "24 мая")])
def test_the_day_is_written_in_the_familys_language(language: str, day: str) -> None:
    wishing(language=language)
    a_matched_list()
    assert day in told()[0]


def test_who_has_not_asked_for_it_hears_nothing() -> None:
    a_report()
    a_matched_list()
    assert told() == []


@pytest.mark.parametrize("kind", [ListKind.PLANNED, ListKind.MEDIA, ListKind.CLAIMED_DEAD])
def test_only_lists_of_the_released_are_spoken_of(kind) -> None:
    wishing()
    a_matched_list(kind=kind)
    assert told() == []


def test_a_worker_whose_clock_is_wrong_says_it_in_time_and_not_later() -> None:
    wishing()
    a_matched_list()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=6), tick=True):
        after_wave.tell_checked()
    assert Notification.objects.get().expires_at < dt.datetime.now(dt.UTC) + after_wave.LAPSES_AFTER


def test_nothing_is_said_before_the_list_is_compared_to_its_end() -> None:
    wishing()
    a_committed_list(STRANGER)
    assert told() == []
    match_all()
    assert len(told()) == 1


def test_however_often_it_is_looked_for_it_is_owed_once() -> None:
    wishing()
    a_matched_list()
    told()
    ChecksTold.objects.all().delete()
    assert len(told()) == 1


def test_two_lists_of_one_wave_are_one_message() -> None:
    wishing()
    wave = a_wave()
    a_matched_list(wave=wave)
    a_matched_list("Зовсім Інший;1960", wave=wave)
    assert len(told()) == 1


def test_at_most_one_a_day_and_the_other_wave_waits() -> None:
    wishing()
    a_matched_list()
    a_matched_list("Зовсім Інший;1960", wave=a_wave(occurred_on=dt.date(2026, 5, 25)))
    assert len(told()) == 1
    waiting = Notification.objects.get(message="checked", state="queued")
    assert waiting.state_reason == "enough_for_today"


def test_while_a_likely_pair_waits_for_reviewers_nobody_says_that_there_is_none() -> None:
    wishing()
    a_matched_list("Вересняк Олександр Миколайович;12.03.1987")
    assert told() == []
    assert Notification.objects.get().state_reason == "a_likely_pair_waits"
    decide(Verdict.DIFFERENT)
    let_an_hour_pass()
    assert len(told()) == 1


def test_while_a_report_cannot_be_compared_nobody_says_that_it_was() -> None:
    report = wishing()
    a_matched_list()
    MissingPerson.objects.filter(pk=report.missing_person_id).update(matched_revision=None, match_failures=5)
    assert told() == []
    assert Notification.objects.get().state_reason == "not_yet_compared"
    MissingPerson.objects.update(matched_revision=1, match_failures=0)
    let_an_hour_pass()
    assert len(told()) == 1


UNREADABLE = "Вересняк Олександр Миколайович;31.02.1987"


def test_while_a_row_of_the_list_waits_to_be_read_nobody_says_that_it_was_checked() -> None:
    report = wishing()
    a_matched_list("Зовсім Інший;1960", UNREADABLE)
    assert told() == []
    assert family_view.checked_waves(person_of(report))[0].unseen == 1
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.LISTED, by=None)
    assert len(told()) == 1
    assert family_view.checked_waves(person_of(report))[0].unseen == 0


def test_a_row_brought_back_holds_the_message_that_has_not_left() -> None:
    wishing()
    a_matched_list("Зовсім Інший;1960", UNREADABLE)
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.LISTED, by=None)
    after_wave.tell_checked()
    lists_intake.bring_row_back(RefusedRow.objects.get().pk, by=None)
    assert told() == []
    assert Notification.objects.get().state_reason == "rows_unseen"


def test_whom_a_row_too_common_to_compare_may_be_is_not_told_that_he_is_not_on_the_list(monkeypatch) -> None:
    monkeypatch.setattr(candidates, "TOO_COMMON", 1)
    report, other = wishing(), a_report(surname="Вересняк", given="Олег", patronymic="Ілліч")
    a_report(surname="Кропива", given="Тарас", patronymic="Опанасович", phone="+380990000009")
    a_matched_list("Вересняк О.;", STRANGER)
    assert ListEntry.objects.too_common().get().row == 2
    assert told() == []
    assert Notification.objects.filter(state_reason="rows_unseen").count() == 2  # a telephone and a mailbox
    assert [family_view.checked_waves(person_of(one))[0].unseen for one in (report, other)] == [1, 1]
    neighbour = Report.objects.latest("filed_at")
    assert family_view.checked_waves(person_of(neighbour))[0].unseen == 0


def turned_down(match: Match) -> None:
    """A possible pair is turned down by one."""
    verdict(match, a_reviewer(), Verdict.DIFFERENT)


@pytest.mark.parametrize("decide_on", [turned_down, confirmed])
def test_a_row_too_common_to_compare_is_clear_once_it_is_decided(decide_on) -> None:
    son, cousin = wishing(), wishing(given="Олексій", phone="+380990000009", birth="")
    a_matched_list("Вересняк О. М.;12.03.1987")
    ListEntry.objects.update(is_too_common=True)
    unseen = [family_view.checked_waves(person_of(one))[0].unseen for one in (son, cousin)]
    assert unseen == [1, 1]
    of_son = Match.objects.get(missing_person=person_of(son))
    decide_on(of_son)
    unseen = [family_view.checked_waves(person_of(one))[0].unseen for one in (son, cousin)]
    assert unseen == ([0, 0] if decide_on is confirmed else [0, 1])


@pytest.mark.parametrize("kind", [ListKind.PLANNED, ListKind.MEDIA, ListKind.CLAIMED_DEAD])
def test_a_son_confirmed_on_another_kind_of_list_leaves_no_trace_in_what_his_family_hears(kind) -> None:
    wishing()
    a_matched_list(SON_ON_LIST, kind=kind)
    decide(Verdict.SAME)
    a_matched_list()
    assert ["точного збігу нема" in text for text in told()] == [True]


def test_a_family_whose_son_was_found_never_hears_that_nobody_was() -> None:
    wishing()
    a_matched_list("Вересняк Олександр Миколайович;12.03.1987")
    after_wave.tell_checked()
    decide(Verdict.SAME)
    let_an_hour_pass()
    assert [("точного збігу нема" in text, "новина" in text) for text in told()] == [(False, True)]
    assert Notification.objects.get(message="checked").state == "cancelled"


def test_a_family_that_must_first_hear_that_its_news_was_wrong_is_not_told_that_nobody_was_found() -> None:
    wishing()
    a_matched_list("Вересняк Олександр Миколайович;12.03.1987")
    match = decide(Verdict.SAME)
    recovery.sweep()
    lists_intake.withdraw_list(match.entry.source_list_id, by=None)
    a_matched_list()
    assert [("точного збігу нема" in text, "новина" in text) for text in told()] == [(False, True)]
    assert Notification.objects.get(message="checked").state_reason == "correction_open"
    review.close_correction(Correction.objects.get().pk, by=a_reviewer(), note="зателефонували")
    let_an_hour_pass()
    assert "точного збігу нема" in told()[-1]


def test_where_only_another_family_must_hear_it_this_one_is_told_that_nobody_was_found() -> None:
    mother, wife = wishing(), a_report(phone="+380990000002", given="Саша")
    link = review.propose_link(wife.pk, mother.missing_person_id, by=a_reviewer(), note="мати й дружина")
    review.confirm_link(link.pk, by=a_reviewer())
    a_matched_list("Вересняк Олександр Миколайович;12.03.1987")
    match = decide(Verdict.SAME)
    review.correct(match.pk, by=a_lead(), note="не він")
    decide(Verdict.DIFFERENT)
    Correction.objects.create(match=match, report=wife, reason="unlinked", heard="message")
    assert len(told()) == 1


def decide(verdict: Verdict) -> Match:
    match = Match.objects.get()
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(
            match.pk, reviewer=reviewer, verdict=verdict, revision=match.revision, note="бачили обоє"
        )
    return match


def let_an_hour_pass() -> None:
    for row in Notification.objects.all():
        Notification.objects.filter(pk=row.pk).update(due_at=row.due_at - dt.timedelta(hours=2))


@pytest.mark.parametrize("change", ["withdrawn", "stopped", "address gone"])
def test_what_has_changed_since_keeps_it_back(change: str) -> None:
    report = wishing()
    a_matched_list()
    after_wave.tell_checked()
    if change == "withdrawn":
        Report.objects.update(withdrawn_at=report.filed_at)
    elif change == "stopped":
        recipients.stop(channel="sms", to=PHONE)
    else:
        Contact.objects.all().delete()
    recovery.sweep()
    assert memory.sent == []


def test_good_news_never_stands_behind_a_crowd_of_these() -> None:
    for number in range(20):
        wishing(phone=f"+38099000{number:04}", surname=f"Ластівк{'абвгдежзиклмнопрстуф'[number]}енко")
    a_matched_list()
    after_wave.tell_checked()
    wanted = a_report(phone="+380991112233")
    a_matched_list("Вересняк Олександр Миколайович;12.03.1987")
    match = Match.objects.get(missing_person=wanted.missing_person)
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)
    delivery.deliver_due()
    assert ["новина" in sent.body for sent in memory.sent][:2] == [True, False]


def test_a_wording_that_was_retired_keeps_no_report_from_being_matched(caplog) -> None:
    report = wishing()
    a_matched_list("Кропива Тарас Опанасович;01.02.1990")
    retired("checked")
    late = a_report(phone="+380990000009", surname="Кропива", given="Тарас", patronymic="Опанасович")
    tasks.sweep()
    assert Match.objects.filter(missing_person=late.missing_person_id).exists()
    row = Notification.objects.get(message="checked")
    assert (row.state, row.state_reason) == ("cancelled", "cannot_be_written")
    assert str(report.pk) in row.reference
    assert "no approved wording of checked" in caplog.text


def test_a_step_of_a_sweep_that_fails_keeps_no_other_waiting(monkeypatch, caplog) -> None:
    def broken() -> None:
        raise ValueError("whatever it is")

    monkeypatch.setattr(after_wave, "tell_checked", broken)
    a_committed_list()
    report = a_report()
    tasks.sweep()
    assert Match.objects.filter(missing_person=report.missing_person_id).exists()
    assert "_tell_checked failed" in caplog.text


def test_a_sweep_that_is_struck_has_owed_some_and_the_next_goes_on_after_them(monkeypatch) -> None:
    """Of tens of thousands of families none would ever hear, if each sweep began anew and was struck on the way."""
    for number in range(3):
        wishing(phone=f"+38099000000{number}")
    a_matched_list()
    post, posted = after_wave.outbox.post, []

    def struck_at_the_third(**facts) -> Notification:
        if len(posted) == 2:
            raise SoftTimeLimitExceeded
        posted.append(facts["reference"])
        return post(**facts)

    monkeypatch.setattr(after_wave, "PIECE", 1)
    monkeypatch.setattr(after_wave.outbox, "post", struck_at_the_third)
    with pytest.raises(SoftTimeLimitExceeded):
        after_wave.tell_checked()
    assert not ChecksTold.objects.exists()
    assert Notification.objects.filter(message="checked").count() == 2
    monkeypatch.setattr(after_wave.outbox, "post", post)
    assert after_wave.tell_checked() == 1
    assert ChecksTold.objects.count() == 1
    assert len(told()) == 3
