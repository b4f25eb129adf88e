"""Lists that come again: the same, corrected, withdrawn. Nobody is told of a row that no longer stands."""

import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now

from familylink.reports import intake
from familylink.reports.models import Report
from familylink.reports.references import news_reference
from matching import lists_intake, review, waves
from matching.models import (
    Correction,
    CorrectionReason,
    EntryKey,
    Heard,
    ListEntry,
    ListState,
    Match,
    MatchState,
    SourceList,
    WaveEvent,
)
from matching.news import corrections, family_view
from notifications import delivery, outbox, reasons
from notifications.models import Attempt, Notification, State
from notifications.settling import Ended, Result, settle
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_match,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    commit,
    match_all,
)
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db

NEIGHBOUR = "Кропива Тарас Опанасович;01.02.1990"
BROTHER = "Вересняк Степан Миколайович;05.06.1991"
SON_PUT_RIGHT = "Вересняк Александр Николаевич;13.03.1987"


def replaced(run, *rows, **facts):
    """A corrected list of these rows, committed and matched."""
    corrected = a_committed_list(*rows, replaces=run, **facts)
    match_all()
    return corrected


def confirmed(match):
    for _ in range(2):
        review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=match.revision)
    match.refresh_from_db()
    return match


def news():
    return Notification.objects.filter(message="news")


def told(match):
    """A provider has taken the news about this match."""
    row = news().get()
    Attempt.objects.create(
        notification=row, n=1, fence=0, transport="sink", outcome="accepted", finished_at=row.posted_at
    )
    news().move(State.ACCEPTED)
    return match


def run_of(match):
    return match.entry.source_list.runs.get()


# ------------------------------------------------------------------------------------------ the same again


@pytest.mark.parametrize(
    "again",
    [
        {"rows": [NEIGHBOUR, SON_ON_LIST]},
        {"rows": [SON_ON_LIST, NEIGHBOUR], "encoding": "cp1251"},
        {"rows": [SON_ON_LIST, NEIGHBOUR], "encoding": "utf-16"},
        {"rows": [SON_ON_LIST.upper(), NEIGHBOUR, ""]},
        {"rows": [f"{row.partition(';')[2]};{row.partition(';')[0]}" for row in (SON_ON_LIST, NEIGHBOUR)],
         "heading": "Дата народження;ПІБ"},
    ],
    ids=["other order", "cp1251", "utf-16", "other case, a blank line", "columns swapped"],
)  # fmt: skip
def test_the_same_rows_in_another_order_or_encoding_are_already_received(again):
    first = a_received_list(SON_ON_LIST, NEIGHBOUR)
    with pytest.raises(lists_intake.AlreadyReceived) as refused:
        a_received_list(*again.pop("rows"), wave=first.wave, **again)
    assert refused.value.known == first


def test_a_list_with_one_row_more_is_another_list():
    first = a_received_list(SON_ON_LIST)
    assert a_received_list(SON_ON_LIST, NEIGHBOUR, wave=first.wave) != first


def test_two_equal_rows_are_not_one():
    first = a_received_list(SON_ON_LIST)
    assert a_received_list(SON_ON_LIST, SON_ON_LIST, wave=first.wave) != first


def test_the_database_lets_the_same_rows_in_once():
    first = a_received_list(SON_ON_LIST)
    other = a_received_list(NEIGHBOUR, wave=first.wave)
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceList.objects.filter(pk=other.pk).update(rows_index=first.rows_index)


def test_the_same_list_as_the_one_it_corrects_is_already_received():
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    with pytest.raises(lists_intake.AlreadyReceived):
        a_received_list(NEIGHBOUR, SON_ON_LIST, replaces=run)


def test_what_was_replaced_does_not_come_back_by_mistake_but_may_on_purpose():
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    corrected = replaced(run, NEIGHBOUR)
    with pytest.raises(lists_intake.AlreadyReceived):
        a_received_list(SON_ON_LIST, NEIGHBOUR, wave=run.source_list.wave)
    back = replaced(corrected, SON_ON_LIST, NEIGHBOUR)
    assert back.source_list.version == 3
    assert ListEntry.objects.live().count() == 2


def test_the_planned_list_may_come_word_for_word_as_that_of_the_released():
    planned = a_committed_list(SON_ON_LIST, NEIGHBOUR, kind="planned")
    released = a_committed_list(SON_ON_LIST, NEIGHBOUR, wave=planned.source_list.wave)
    assert released.entry_count == 2
    with pytest.raises(lists_intake.AlreadyReceived):
        a_received_list(SON_ON_LIST, NEIGHBOUR, wave=planned.source_list.wave)


def test_a_list_withdrawn_from_the_wrong_wave_comes_into_the_right_one():
    wrong = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    with pytest.raises(lists_intake.AlreadyReceived):
        a_received_list(SON_ON_LIST, NEIGHBOUR, wave=a_wave())
    lists_intake.withdraw_list(wrong.source_list_id, by=None)
    assert a_committed_list(SON_ON_LIST, NEIGHBOUR, wave=a_wave()).entry_count == 2


# ------------------------------------------------------------------------------------------ what stays


def test_unchanged_rows_keep_their_entries_matches_and_decisions():
    match = a_match(SON_ON_LIST, NEIGHBOUR)
    first = a_reviewer()
    review.decide(match.pk, reviewer=first, verdict="same", revision=1)
    before = Match.objects.values().get()
    run = replaced(run_of(match), BROTHER, NEIGHBOUR, SON_ON_LIST)
    assert Match.objects.filter(pk=match.pk).values().get() == before
    assert ListEntry.objects.live().filter(pk=match.entry_id).exists()
    assert (run.entry_count, run.source_list.entry_count) == (1, 3)
    review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    assert news().count() == 1


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("rows", [[SON_ON_LIST, NEIGHBOUR], [SON_ON_LIST, SON_PUT_RIGHT, NEIGHBOUR]])
def test_of_two_equal_rows_the_confirmed_one_stays_when_the_other_goes(place, rows):
    a_report()
    run = a_committed_list(SON_ON_LIST, SON_ON_LIST, NEIGHBOUR)
    match_all()
    match = told(confirmed(Match.objects.get(entry__position=place)))
    replaced(run, *rows)
    match.refresh_from_db()
    assert (match.state, match.entry.removed_at) == ("confirmed", None)
    assert ListEntry.objects.live().count() == len(rows)
    assert not Correction.objects.exists()


def test_of_two_equal_rows_the_one_confirmed_after_the_list_was_compared_stays():
    a_report()
    run = a_committed_list(SON_ON_LIST, SON_ON_LIST, NEIGHBOUR)
    match_all()
    corrected = a_received_list(SON_ON_LIST, NEIGHBOUR, replaces=run)
    (going,) = corrected.preview["difference"]["removed"]
    match = confirmed(Match.objects.get(entry=going))
    commit(corrected)
    match.refresh_from_db()
    assert match.state == "confirmed"


def test_whoever_commits_a_corrected_list_sees_that_more_is_taken_back_than_the_page_names(client):
    surnames = [f"Дуб{letter}енко" for letter in "абвгдежзиклмнопрстуфхц"]
    run = a_committed_list(SON_ON_LIST, *(f"{surname} Тарас Опанасович;01.02.1990" for surname in surnames))
    corrected = a_received_list(SON_ON_LIST, replaces=run)
    signed_in(client, "importers")
    shown = client.get(page("matching_sourcelist_change", corrected.pk), headers={"accept-language": "en"})
    assert shown.context["difference"]["numbers"]["removed"] == len(surnames)
    assert f"and {len(surnames) - len(shown.context['removed'])} more" in shown.content.decode()


def test_a_rejected_pair_stays_rejected_when_the_list_comes_again():
    match = a_match(SON_ON_LIST, NEIGHBOUR)
    for _ in range(2):
        review.decide(match.pk, reviewer=a_reviewer(), verdict="different", note="інша людина", revision=1)
    replaced(run_of(match), SON_ON_LIST)
    assert set(Match.objects.values_list("state", flat=True)) == {MatchState.REJECTED}


def test_a_new_row_of_a_corrected_list_is_matched():
    run = a_committed_list(NEIGHBOUR)
    report = a_report()
    match_all()
    replaced(run, NEIGHBOUR, SON_ON_LIST)
    assert Match.objects.get().missing_person == report.missing_person


def test_a_run_of_the_earlier_version_still_matches_what_stays():
    a_report()
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    a_committed_list(SON_ON_LIST, replaces=run)
    match_all()
    run.refresh_from_db()
    assert run.finished_at
    assert Match.objects.get().state == MatchState.OPEN
    assert family_view.checked_waves(Match.objects.get().missing_person)[0].people == 1


# ------------------------------------------------------------------------------------------ what is taken back


def test_a_removed_row_is_nobodys_candidate_any_more():
    match = a_match(SON_ON_LIST, NEIGHBOUR)
    run = replaced(run_of(match), NEIGHBOUR)
    match.refresh_from_db()
    entry = ListEntry.objects.get(pk=match.entry_id)
    assert (match.state, entry.removed_in, entry.is_live) == (MatchState.LAPSED, run.source_list, False)
    assert not EntryKey.objects.filter(number=entry.number).exists()
    with pytest.raises(review.TakenBackByTheList):
        review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=match.revision)
    intake.change_person(match.missing_person_id, match.missing_person.as_person())
    waves.match_entries([entry])
    match_all()
    match.refresh_from_db()
    assert match.state == MatchState.LAPSED


def test_a_removed_row_cancels_what_is_unsent():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    replaced(run_of(match), NEIGHBOUR)
    match.refresh_from_db()
    assert (match.state, news().get().state) == (MatchState.RETRACTED, State.CANCELLED)
    assert not Correction.objects.exists()
    assert family_view.confirmed_on(match.missing_person) is None


def test_a_removed_row_of_a_family_that_was_told_raises_a_correction():
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    run = replaced(run_of(match), NEIGHBOUR)
    correction = Correction.objects.open().get()
    assert (correction.match, correction.reason) == (match, CorrectionReason.ROW_REMOVED)
    assert (correction.heard, correction.source_list) == (Heard.MESSAGE, run.source_list)
    assert news().get().state == State.ACCEPTED


def test_a_family_without_an_address_may_have_been_called_and_is_a_persons_task():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR, report=a_report(phone="")))
    replaced(run_of(match), NEIGHBOUR)
    assert Correction.objects.open().get().heard == Heard.PERHAPS


def test_a_changed_row_is_matched_anew_and_voids_what_was_approved_and_not_sent():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    replaced(run_of(match), SON_PUT_RIGHT, NEIGHBOUR)
    match.refresh_from_db()
    entry = ListEntry.objects.get(pk=match.entry_id)
    assert (match.state, news().get().state) == (MatchState.RETRACTED, State.CANCELLED)
    assert entry.replaced_by.birth_date == "1987-03-13"
    anew = Match.objects.get(entry=entry.replaced_by)
    assert anew.state == MatchState.OPEN
    confirmed(anew)
    assert sorted(news().values_list("state", flat=True)) == [State.CANCELLED, State.HELD]


def test_a_family_that_heard_hears_of_a_row_put_right_from_a_person_and_never_twice():
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    replaced(run_of(match), SON_PUT_RIGHT, NEIGHBOUR)
    confirmed(Match.objects.get(state=MatchState.OPEN))
    assert Correction.objects.get().reason == CorrectionReason.ROW_CHANGED
    assert news().count() == 1


@pytest.mark.parametrize("is_rejected", [False, True])
def test_no_caller_says_that_it_was_wrong_of_a_row_that_was_only_written_otherwise_for_whoever_has_ended(
    client, is_rejected
):
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    if is_rejected:
        replaced(run_of(match), SON_PUT_RIGHT, NEIGHBOUR)
        anew = Match.objects.get(state=MatchState.OPEN)
        for _ in range(2):
            review.decide(
                anew.pk, reviewer=a_reviewer(), verdict="different", revision=anew.revision, note="інший"
            )
    Report.objects.update(withdrawn_at=Now())
    if not is_rejected:
        replaced(run_of(match), SON_PUT_RIGHT, NEIGHBOUR)
    signed_in(client, "leads")
    shown = " ".join(client.get(page("matching_match_change", match.pk)).content.decode().split())
    assert ("не кажіть родині, що новина була помилкою" in shown.lower()) is not is_rejected
    assert (f"{SON_PUT_RIGHT.split(';')[0]}, 1987-03-13" in shown) is not is_rejected
    assert ("«Це наша помилка, а не Ваша»" in shown) is is_rejected
    assert ("Рядок, на який спирається наша новина, у ньому лишився" in shown) is not is_rejected


def test_reviewers_find_together_all_pairs_of_whom_a_told_family_waits_for_them(client):
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    other = a_match(BROTHER, report=a_report(given="Степан", birth="05.06.1991"))
    replaced(run_of(match), SON_PUT_RIGHT, NEIGHBOUR)
    anew = Match.objects.get(
        state=MatchState.OPEN, missing_person=match.missing_person_id, entry__replaced=match.entry_id
    )
    signed_in(client, "reviewers")
    queue = page("matching_match_changelist") + "?show=told"
    shown = client.get(queue).content.decode()
    assert str(anew.pk) in shown
    assert str(other.pk) not in shown
    assert "show=told" in client.get(page("index")).content.decode()
    confirmed(anew)
    assert str(anew.pk) not in client.get(queue).content.decode()


@pytest.mark.parametrize("rows", [(BROTHER,), ("Вересняк Александр Николаевич;01.01.1950",)])
def test_a_brother_or_a_namesake_is_never_taken_for_the_changed_row(rows):
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    replaced(run_of(match), *rows, NEIGHBOUR)
    entry = ListEntry.objects.get(pk=match.entry_id)
    assert not entry.is_live
    assert entry.replaced_by is None


def test_two_rows_that_may_both_be_the_changed_one_are_new_rows():
    match = a_match(SON_ON_LIST, NEIGHBOUR)
    replaced(run_of(match), SON_PUT_RIGHT, "Вересняк Олександр Миколайович;12.03.1988", NEIGHBOUR)
    assert ListEntry.objects.get(pk=match.entry_id).replaced_by is None


def test_a_man_on_two_lists_is_still_told_when_one_takes_him_back():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    a_committed_list(SON_ON_LIST, BROTHER)
    match_all()
    confirmed(Match.objects.get(state=MatchState.OPEN, entry__row=2))
    replaced(run_of(match), NEIGHBOUR)
    assert news().get().state != State.CANCELLED
    assert not Correction.objects.exists()
    assert family_view.confirmed_on(match.missing_person) is not None


def test_a_man_who_comes_back_after_a_correction_is_news_again_but_first_somebody_calls():
    report = a_report()
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR, report=report)))
    run = replaced(run_of(match), NEIGHBOUR)
    replaced(run, NEIGHBOUR, SON_ON_LIST)
    confirmed(Match.objects.get(state=MatchState.OPEN))
    report.refresh_from_db()
    [standing] = outbox.state_of(news_reference(report))
    assert (standing.state, standing.reason) == (State.HELD, reasons.CORRECTION_OPEN)


def test_a_correction_is_settled_once():
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    replaced(run_of(match), NEIGHBOUR)
    correction, caller = Correction.objects.get(), a_reviewer()
    assert corrections.settle(correction.pk, by=caller, note="Розмовляли о 21:40")
    assert not corrections.settle(correction.pk, by=a_reviewer(), note="")
    correction.refresh_from_db()
    assert (correction.settled_by, correction.note) == (caller, "Розмовляли о 21:40")


def test_the_database_refuses_news_of_a_row_that_was_taken_back():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    ListEntry.objects.filter(pk=match.entry_id).update(
        removed_at=match.decided_at, removed_in=match.entry.source_list
    )
    with pytest.raises(IntegrityError, match="two people confirmed"), transaction.atomic():
        outbox.post(
            reference=f"person-{match.missing_person_id}-report-again",
            channel="sms",
            to="+380990000009",
            message="news",
            language="uk",
            context={"reference": "FL-XXXX-XXXX", "code_word": "хліб 10"},
        )


# ------------------------------------------------------------------------------------------ withdrawn lists


def test_a_withdrawn_list_takes_back_every_row():
    match = told(confirmed(a_match(SON_ON_LIST, NEIGHBOUR)))
    taken_back = lists_intake.withdraw_list(match.entry.source_list_id, by=a_reviewer())
    assert (taken_back.cancelled, taken_back.to_correct) == (0, 1)
    assert Correction.objects.get().reason == CorrectionReason.LIST_WITHDRAWN
    assert not ListEntry.objects.live().exists()
    assert family_view.checked_waves(match.missing_person) == []


def test_a_withdrawn_list_comes_back_only_as_a_new_version():
    run = a_committed_list(SON_ON_LIST)
    lists_intake.withdraw_list(run.source_list_id, by=None)
    with pytest.raises(lists_intake.AlreadyReceived):
        a_received_list(SON_ON_LIST, wave=run.source_list.wave)
    again = replaced(run, SON_ON_LIST)
    assert (again.source_list.version, again.entry_count) == (2, 1)


def test_only_what_is_in_force_is_withdrawn_once():
    run = a_committed_list(SON_ON_LIST)
    replaced(run, NEIGHBOUR)
    for source_list_id in (run.source_list_id, a_received_list(BROTHER).pk):
        with pytest.raises(lists_intake.NotInForce):
            lists_intake.withdraw_list(source_list_id, by=None)


def test_a_version_is_of_the_same_wave_and_kind():
    run = a_committed_list(SON_ON_LIST)
    with pytest.raises(lists_intake.NotReplaceable):
        a_received_list(NEIGHBOUR, replaces=run, kind="media")


def test_every_step_is_on_the_timeline_and_stays_there():
    wave, importer = a_wave(), a_reviewer()
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR, wave=wave)
    corrected = replaced(run, NEIGHBOUR, BROTHER)
    lists_intake.withdraw_list(corrected.source_list_id, by=importer)
    events = list(WaveEvent.objects.filter(wave=wave).order_by("pk").values_list("kind", flat=True))
    assert events == ["received", "committed", "received", "superseded", "committed", "withdrawn"]
    numbers = WaveEvent.objects.get(kind="committed", source_list=corrected.source_list).numbers
    assert numbers == {"unchanged": 1, "added": 1, "changed": 0, "removed": 1}
    assert WaveEvent.objects.get(kind="withdrawn").by == importer
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        WaveEvent.objects.all().delete()
    with pytest.raises(ProtectedError):
        wave.delete()


# ------------------------------------------------------------------------------------------ races


@contextmanager
def held_open():
    """A transaction of another connection that has done its work and commits when told; errors come back."""
    done, go_on, ended = threading.Event(), threading.Event(), []

    def start(work):
        def run():
            try:
                with transaction.atomic():
                    ended.append(work())
                    done.set()
                    go_on.wait(timeout=120)
            except Exception as error:  # whoever loses is told: the test looks at what
                ended.append(error)
            finally:
                done.set()
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        done.wait(timeout=120)
        return thread

    yield start, go_on, ended


def beside(work):
    """Work in a connection of its own; its result or the error."""
    ended = []

    def run():
        try:
            ended.append(work())
        except Exception as error:
            ended.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, ended


def ready_for_the_second_reviewer():
    match = a_match(SON_ON_LIST, NEIGHBOUR)
    review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    received = a_received_list(NEIGHBOUR, replaces=run_of(match))
    return match, received


@pytest.mark.django_db(transaction=True)
def test_a_second_reviewer_who_comes_first_is_undone_by_the_corrected_list():
    match, received = ready_for_the_second_reviewer()
    second = a_reviewer()
    with held_open() as (start, go_on, ended):
        reviewer = start(lambda: review.decide(match.pk, reviewer=second, verdict="same", revision=1).state)
        importer, committed = beside(lambda: lists_intake.commit_list(received.pk, by=None))
        go_on.set()
        reviewer.join(timeout=120)
        importer.join(timeout=120)
    match.refresh_from_db()
    assert ended == [MatchState.CONFIRMED]
    assert committed[0].source_list_id == received.pk
    assert (match.state, news().get().state) == (MatchState.RETRACTED, State.CANCELLED)


@pytest.mark.django_db(transaction=True)
def test_a_second_reviewer_who_comes_after_the_corrected_list_is_told_so():
    match, received = ready_for_the_second_reviewer()
    second = a_reviewer()
    with held_open() as (start, go_on, _):
        importer = start(lambda: lists_intake.commit_list(received.pk, by=None))
        reviewer, ended = beside(lambda: review.decide(match.pk, reviewer=second, verdict="same", revision=1))
        go_on.set()
        importer.join(timeout=120)
        reviewer.join(timeout=120)
    match.refresh_from_db()
    assert isinstance(ended[0], review.TakenBackByTheList)
    assert match.state == MatchState.LAPSED
    assert not news().exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_claimed_but_not_begun_is_lost_to_its_worker(settings):
    settings.SENDING = "send"
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    claimed = delivery.claim()
    replaced(run_of(match), NEIGHBOUR)
    assert delivery.open_attempts(claimed) == []
    assert news().get().state == State.CANCELLED
    assert not Correction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_under_way_is_not_tried_again_and_a_person_must_call(settings):
    settings.SENDING = "send"
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    (opened,) = delivery.open_attempts(delivery.claim())
    replaced(run_of(match), NEIGHBOUR)
    assert Correction.objects.open().get().heard == Heard.MESSAGE
    settle([Ended(opened.attempt, Result(Attempt.Outcome.REFUSED, "busy"))])
    assert news().get().state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_claims_while_the_list_is_corrected_finds_nothing_to_send(settings):
    settings.SENDING = "send"
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    received = a_received_list(NEIGHBOUR, replaces=run_of(match))
    with held_open() as (start, go_on, _):
        importer = start(lambda: lists_intake.commit_list(received.pk, by=None))
        worker, claimed = beside(delivery.claim)
        worker.join(timeout=120)
        go_on.set()
        importer.join(timeout=120)
    assert claimed == [[]]
    assert news().get().state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_two_lists_take_a_man_back_at_once_and_his_family_hears_nothing():
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    a_committed_list(SON_ON_LIST, BROTHER)
    match_all()
    other = confirmed(Match.objects.get(state=MatchState.OPEN, entry__row=2))
    lists = [one.entry.source_list_id for one in (match, other)]
    with held_open() as (start, go_on, _):
        first = start(lambda: lists_intake.withdraw_list(lists[0], by=None))
        second, ended = beside(lambda: lists_intake.withdraw_list(lists[1], by=None))
        go_on.set()
        first.join(timeout=120)
        second.join(timeout=120)
    assert ended[0].cancelled == 1
    assert news().get().state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_match_proposed_while_its_row_is_taken_back_is_not_left_open():
    a_report()
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    entry = ListEntry.objects.get(row=2)
    with held_open() as (start, go_on, _):
        worker = start(lambda: waves.match_entries([entry]))
        importer, _ = beside(lambda: lists_intake.withdraw_list(run.source_list_id, by=None))
        go_on.set()
        worker.join(timeout=120)
        importer.join(timeout=120)
    assert set(Match.objects.values_list("state", flat=True)) == {MatchState.LAPSED}


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_one_list_the_second_is_told():
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    first, second = (a_received_list(row, replaces=run) for row in (NEIGHBOUR, BROTHER))
    with held_open() as (start, go_on, _):
        one = start(lambda: lists_intake.commit_list(first.pk, by=None))
        other, refused = beside(lambda: lists_intake.commit_list(second.pk, by=None))
        go_on.set()
        one.join(timeout=120)
        other.join(timeout=120)
    assert isinstance(refused[0], lists_intake.NotReplaceable)
    assert SourceList.objects.get(pk=second.pk).state == ListState.RECEIVED
    assert ListEntry.objects.live().count() == 1
