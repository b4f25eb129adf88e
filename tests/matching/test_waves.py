"""Both ways, in batches, again and again: every pair that should meet meets, once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from familylink.damage import KeyIsAway
from familylink.reports import intake
from familylink.reports.models import MissingPerson, MissingPersonKey
from matching import (
    candidates,
    engine,
    judging,
    lists_intake,
    proposals,
    refiling,
    staging,
    tasks,
    waves,
    yardstick,
)
from matching.models import (
    BatchState,
    EntryKey,
    ListEntry,
    ListKind,
    Match,
    MatchBatch,
    MatchRun,
    MatchState,
)
from matching.news import family_view
from matching.progress import progress
from tests.factories import (
    HEADING,
    SON_ON_LIST,
    a_committed_list,
    a_lead,
    a_match,
    a_member_of_staff,
    a_person,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    match_all,
    person_of,
)

pytestmark = pytest.mark.django_db

WITH_PLACE = f"{HEADING};Місце"
STRANGERS = [
    f"Неіснуючий{letter} Пантелеймон Кіндратович;0{n}.01.19{n}5" for n, letter in enumerate("абвгд", 5)
]


def pairs():
    return set(Match.objects.exclude(state=MatchState.LAPSED).values_list("missing_person", "entry__row"))


def test_a_list_meets_the_reports_that_were_there_before():
    report = a_report()
    a_committed_list()
    match_all()
    assert pairs() == {(report.missing_person_id, 2)}


def test_a_report_meets_the_lists_that_were_there_before():
    a_committed_list()
    match_all()
    report = a_report()
    match_all()
    assert pairs() == {(report.missing_person_id, 2)}


def test_the_rank_that_both_sides_tell_is_evidence():
    report = a_report(rank="старший солдат")
    a_committed_list(f"{SON_ON_LIST};ефрейтор", heading=f"{HEADING};Звання")
    match_all()
    match = Match.objects.get(missing_person=report.missing_person)
    [rank] = [line for line in match.evidence["evidence"] if line["feature"] == "rank"]
    assert (rank["level"], rank["wanted"], rank["found"]) == ("same", "старший солдат", "ефрейтор")
    assert (match.entry.rank, match.missing_person.as_person().rank) == ("ефрейтор", "старший солдат")


def test_a_changed_report_is_matched_anew():
    report = a_report(surname="Зовсімінший", given="Петро", patronymic="Кузьмич", birth="1960-01-01")
    a_committed_list()
    match_all()
    assert pairs() == set()
    intake.change_person(
        report.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12")
    )
    match_all()
    assert pairs() == {(report.missing_person_id, 2)}


def test_a_pair_that_new_facts_contradict_leaves_the_queue():
    report = a_report()
    match = a_match(report=report)
    intake.change_person(report.missing_person_id, a_person("Зовсімінший", "Петро", "Кузьмич", "1960-01-01"))
    match_all()
    match.refresh_from_db()
    assert match.state == MatchState.LAPSED


def test_matching_again_changes_nothing():
    a_report()
    run = a_committed_list(SON_ON_LIST, *STRANGERS)
    match_all()
    before = list(Match.objects.values())
    assert before
    waves.match_entries(list(ListEntry.objects.all()))
    MatchBatch.objects.update(state=BatchState.WAITING)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchRun.objects.filter(pk=run.pk).update(entries_done=run.entry_count + 1)
    assert list(Match.objects.values()) == before


def test_a_match_keeps_its_evidence_points_band_and_version():
    match = a_match()
    evidence = [engine.Evidence.from_dict(line) for line in match.evidence["evidence"]]
    assert match.points == pytest.approx(sum(line.points for line in evidence))
    assert (match.engine_version, match.tables_version) == (engine.ENGINE_VERSION, engine.TABLES_VERSION)
    assert match.band in engine.BANDS
    assert "Николаевич = Миколайович" in " ".join(line.sentence("en") for line in evidence) or evidence


def test_a_brother_is_never_more_than_possible():
    a_report(birth="")
    a_committed_list("Вересняк Олексій Миколайович;")
    match_all()
    assert set(Match.objects.values_list("band", flat=True)) <= {"possible"}


def test_a_withdrawn_report_meets_nobody():
    report = a_report()
    intake.withdraw(report)
    a_committed_list()
    match_all()
    assert pairs() == set()


def test_progress_counts_every_entry_once():
    run = a_committed_list(SON_ON_LIST, *STRANGERS)
    waves.plan_batches(run.pk)
    waves.plan_batches(run.pk)
    assert progress(MatchRun.objects.get(pk=run.pk)).done == 0
    match_all()
    done = progress(MatchRun.objects.get(pk=run.pk))
    assert (done.done, done.total, done.is_finished) == (6, 6, True)


def flip_a_bit(row, column="profile", at=None):
    """As a bad disk would: the seal no longer opens."""
    place = f"length({column}) - 1" if at is None else at
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} ="
            f" set_byte({column}, {place}, get_byte({column}, {place}) # 1) WHERE id = %s",
            [row.pk],
        )


def unreadable(position):
    entry = ListEntry.objects.get(position=position)
    flip_a_bit(entry)
    flip_a_bit(entry, "name_text")
    return entry


def match_batches():
    while waves.match_next_batch():
        pass


def test_an_entry_that_cannot_be_compared_is_set_apart_and_holds_up_no_other():
    a_report()
    strangers = [f"Інший Хтось Кимович;{n % 28 + 1:02d}.01.1980" for n in range(118)]
    run = a_committed_list(*strangers, SON_ON_LIST)
    waves.plan_batches(run.pk)
    first, beside_the_son = unreadable(1), unreadable(118)
    match_batches()
    assert len(pairs()) == 1
    assert list(run.stuck_entries()) == [first, beside_the_son]
    now = progress(MatchRun.objects.get(pk=run.pk))
    assert (now.done, now.is_finished, now.stuck, now.time_left) == (117, False, 2, None)

    for entry in (first, beside_the_son):
        flip_a_bit(entry, "name_text")
    lists_intake.try_again(run.source_list_id, by=None)
    match_batches()
    assert progress(MatchRun.objects.get(pk=run.pk)).is_finished


def test_a_damaged_row_that_was_taken_back_need_not_be_compared():
    run = a_committed_list(SON_ON_LIST, "Інший Хтось Кимович;01.01.1980")
    waves.plan_batches(run.pk)
    unreadable(1)
    match_batches()
    lists_intake.withdraw_list(run.source_list_id, by=None)
    lists_intake.try_again(run.source_list_id, by=None)
    match_batches()
    assert progress(MatchRun.objects.get(pk=run.pk)).is_finished


def test_a_damaged_profile_of_a_report_is_made_anew_of_its_names():
    report = a_report()
    a_committed_list()
    before = MissingPerson.objects.get()
    flip_a_bit(before)
    tasks.match_waiting()
    assert pairs() == {(report.missing_person_id, 2)}
    assert MissingPerson.objects.get().profile == before.profile
    assert refiling.is_done()


def test_a_report_that_nobody_can_read_is_shown_and_keeps_no_other_from_being_found():
    broken, sound = a_report(), a_report(phone="+380990000002")
    tasks.match_waiting()
    flip_a_bit(person_of(broken))
    flip_a_bit(person_of(broken).names.get(), "surname")
    a_committed_list()
    match_all()
    tasks.match_waiting()
    assert pairs() == {(sound.missing_person_id, 2)}
    assert MissingPerson.objects.stuck().get() == person_of(broken)
    assert family_view.checked_waves(person_of(broken)) == []
    MissingPerson.objects.stuck().update(match_failures=4)
    assert family_view.checked_waves(person_of(broken)) == [], "nor while it is tried again"
    assert family_view.checked_waves(person_of(sound))


def test_a_damaged_profile_of_an_entry_keeps_no_later_report_from_it():
    a_committed_list(SON_ON_LIST)
    tasks.match_waiting()
    flip_a_bit(ListEntry.objects.get())
    report = a_report()
    tasks.match_waiting()
    assert pairs() == {(report.missing_person_id, 2)}
    assert ListEntry.objects.get().profile, "it opens"


def test_a_key_that_is_away_is_no_damage():
    report, entry = a_report(), a_committed_list().source_list.entries.get()
    flip_a_bit(person_of(report), at=2)  # the name of the key stands there
    with pytest.raises(KeyIsAway):
        waves.match_entries([entry])
    assert person_of(report).profile_version


def test_what_could_not_be_compared_is_tried_again_by_the_clock():
    report, run = a_report(), a_committed_list(SON_ON_LIST)
    waves.plan_batches(run.pk)
    entry, person = unreadable(1), person_of(report)
    flip_a_bit(person)
    flip_a_bit(person.names.get(), "surname")
    match_all()
    assert progress(MatchRun.objects.get(pk=run.pk)).stuck == 1
    assert MissingPerson.objects.stuck().get() == person
    tasks.try_again()
    assert progress(MatchRun.objects.get(pk=run.pk)).stuck == 1, "its reason has not gone"
    assert MissingPerson.objects.stuck().get() == person
    flip_a_bit(entry)
    flip_a_bit(person)
    tasks.try_again()
    assert progress(MatchRun.objects.get(pk=run.pk)).is_finished
    assert pairs() == {(report.missing_person_id, 2)}


def test_the_halves_of_batches_that_failed_hold_every_entry_once():
    run = a_committed_list(*(f"Інший Хтось Кимович;{n % 28 + 1:02d}.01.1980" for n in range(75)))
    waves.plan_batches(run.pk)
    for position in (1, 37, 38, 75):
        unreadable(position)
    match_batches()
    held = [
        position
        for batch in run.batches.all()
        for position in range(batch.first_position, batch.last_position + 1)
    ]
    assert sorted(held) == list(range(1, 76))
    stuck = run.batches.filter(state=BatchState.STUCK)
    assert all(batch.first_position == batch.last_position for batch in stuck)
    assert stuck.count() == 4
    with pytest.raises(lists_intake.NotWaiting):
        lists_intake.try_again(a_committed_list(SON_ON_LIST).source_list_id, by=None)


def test_a_report_that_cannot_be_read_does_not_hold_up_the_others():
    broken, sound = a_report(), a_report(phone="+380990000002")
    a_committed_list()
    match_all()
    flip_a_bit(person_of(broken))
    flip_a_bit(person_of(broken).names.get(), "surname")
    MissingPerson.objects.filter(pk=broken.missing_person_id).update(revision=2)
    MissingPerson.objects.filter(pk=sound.missing_person_id).update(revision=2)
    match_all()
    assert person_of(sound).matched_revision == 2
    broken_now = person_of(broken)
    assert (broken_now.matched_revision, broken_now.match_failures) == (None, 5)
    intake.change_person(broken.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987"))
    match_all()
    assert person_of(broken).matched_revision == 3


def test_a_key_that_thousands_share_is_said_and_not_followed(monkeypatch):
    monkeypatch.setattr(candidates, "TOO_COMMON", 2)
    for number in range(4):
        a_report(given="", patronymic="", birth="", phone=f"+38099000001{number}")
    a_committed_list("Вересняк;;Суми", heading=WITH_PLACE)
    match_all()
    assert ListEntry.objects.get().is_too_common


def test_rows_too_common_to_compare_are_said_on_the_page_of_their_list(client, monkeypatch):
    monkeypatch.setattr(candidates, "TOO_COMMON", 2)
    for _ in range(3):
        a_report(given="", patronymic="", birth="")
    run = a_committed_list("Вересняк;;Суми", f"{STRANGERS[0]};", heading=WITH_PLACE)
    match_all()
    assert progress(run).too_common == 1
    client.force_login(a_member_of_staff("reviewers", "importers"))
    client.cookies["django_language"] = "en"
    page = reverse("admin:matching_sourcelist_change", args=[run.source_list_id])
    shown = client.get(page).content.decode()
    assert "1 entry is too common to compare with everybody" in shown
    assert "row 2: Вересняк" in shown
    assert "row 3" not in shown


def test_a_pair_says_when_others_with_its_key_were_left_out(client):
    match = a_match()
    ListEntry.objects.update(is_too_common=True)
    client.force_login(a_reviewer())
    client.cookies["django_language"] = "en"
    shown = client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()
    assert "was left out: it needs a birth date" in shown


def test_a_report_too_common_for_all_entries_is_said_until_it_tells_more(client, monkeypatch):
    monkeypatch.setattr(candidates, "TOO_COMMON", 2)
    a_committed_list("Вересняк Лев;", "Вересняк Лаврентій;", "Вересняк Лука;")
    report = a_report(given="", patronymic="", birth="")
    match_all()
    assert person_of(report).is_too_common
    client.force_login(a_lead())
    client.cookies["django_language"] = "en"
    figures = client.get(reverse("admin:index")).content.decode()
    address = f"{reverse('admin:reports_report_changelist')}?missing_person__is_too_common__exact=1"
    assert address in figures
    assert report.reference in client.get(address).content.decode()
    intake.change_person(report.missing_person_id, a_person("Вересняк", "Лука", "", "1987-03-12"))
    match_all()
    assert not person_of(report).is_too_common
    assert pairs() == {(report.missing_person_id, 4)}


def test_a_list_is_committed_once():
    source_list = a_received_list()
    lists_intake.commit_list(source_list.pk, by=None)
    with pytest.raises(lists_intake.AlreadyCommitted):
        lists_intake.commit_list(source_list.pk, by=None)
    assert ListEntry.objects.count() == 1


def test_the_same_file_is_received_once():
    first = a_received_list()
    with pytest.raises(lists_intake.AlreadyReceived) as refusal:
        a_received_list(wave=a_wave())
    assert refusal.value.known == first


def test_a_list_without_one_readable_row_is_not_committed():
    source_list = a_received_list("Вересняк Олександр;30.02.1987")
    with pytest.raises(lists_intake.NothingToCommit):
        lists_intake.commit_list(source_list.pk, by=None)
    source_list.refresh_from_db()
    assert source_list.state == "received"


def test_bad_rows_are_kept_with_their_reason_and_the_good_ones_committed():
    run = a_committed_list(SON_ON_LIST, "Вересняк Олександр;30.02.1987", ";12.03.1987")
    assert run.entry_count == 1
    refused = run.source_list.refused_rows.values_list("row", "code")
    assert [row for row, _ in refused] == [3, 4]
    problems = staging.problems_of(run.source_list.refused_rows.first().problem)
    assert [problem.value for problem in problems] == ["30.02.1987"]


def test_an_entry_is_filed_under_hashes_only():
    a_committed_list()
    entry = ListEntry.objects.get()
    plain = engine.stored_keys(engine.Profile.from_bytes(entry.profile))
    assert EntryKey.objects.filter(number=entry.number).count() == len(plain) > 3


def test_the_database_keeps_the_keys_true_to_the_record():
    person = person_of(a_report())
    filed = MissingPersonKey.objects.filter(number=person.number)
    assert set(filed.values_list("key", flat=True)) == set(person.keys)
    person.keys = [*person.keys[:2], 77, 77]
    person.number = None
    person.save()
    assert person_of(person.reports.get()).number is not None
    assert set(filed.values_list("key", flat=True)) == set(person.keys)
    person.reports.all().delete()
    person.delete()
    assert not MissingPersonKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_do_every_batch_once():
    reports = [a_report(surname=f"Вересняк{letter}", phone="+380990000001") for letter in "абвг"]
    rows = [f"Вересняк{letter} Александр Николаевич;12.03.1987" for letter in "абвг"]
    run = a_committed_list(
        *rows, *[f"Чужий Хтось Кимович;{n % 28 + 1:02d}.{n // 28 + 1:02d}.1980" for n in range(150)]
    )
    waves.plan_batches(run.pk)
    failures = []

    def work():
        try:
            while waves.match_next_batch() or waves.match_next_persons():
                pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert failures == []
    waves.close_if_done(run.pk)
    run.refresh_from_db()
    assert (run.entries_done, run.finished_at is not None) == (154, True)
    assert {(person_of(report).pk, row) for row, report in enumerate(reports, start=2)} <= pairs()
    assert Match.objects.count() == len(set(Match.objects.values_list("missing_person", "entry")))


@pytest.mark.django_db(transaction=True)
def test_a_report_and_a_list_that_arrive_together_find_each_other():
    barrier = threading.Barrier(2)

    def at_once(arrive):
        barrier.wait(timeout=120)
        arrive()
        match_all()
        connection.close()

    arrivals = [threading.Thread(target=at_once, args=(arrive,)) for arrive in (a_report, a_committed_list)]
    for arrival in arrivals:
        arrival.start()
    for arrival in arrivals:
        arrival.join(timeout=30)
    match_all()
    assert len(pairs()) == 1


def test_what_a_family_changed_while_it_was_compared_is_compared_anew():
    """The old facts were read, the new ones came and were matched, and only then would the old result be stored."""
    report, other = a_report(), a_report()
    a_committed_list()
    entries = list(ListEntry.objects.all())
    judged = judging.judge_entries(entries, yardstick.in_force())
    assert {one.person_id for one in judged.proposals} == {report.missing_person_id, other.missing_person_id}
    intake.change_person(report.missing_person_id, a_person("Зовсімінший", "Петро", "Кузьмич", "1960-01-01"))
    assert proposals.overtaken_by_a_change(judged.proposals) == {entries[0].pk}
    match_all()
    assert pairs() == {(other.missing_person_id, 2)}


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_what_is_being_proposed_and_then_takes_it_back():
    report = a_report()
    a_committed_list()
    stored, changed = threading.Event(), threading.Event()

    def match():
        with transaction.atomic():
            waves.match_entries(list(ListEntry.objects.all()))
            stored.set()
            assert not changed.wait(1), "whoever changes a person waits for us"
        connection.close()

    def change():
        assert stored.wait(10)
        intake.change_person(
            report.missing_person_id, a_person("Зовсімінший", "Петро", "Кузьмич", "1960-01-01")
        )
        changed.set()
        connection.close()

    both = [threading.Thread(target=work) for work in (match, change)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=30)
    assert pairs() == {(report.missing_person_id, 2)}
    match_all()
    assert pairs() == set()


def test_the_overview_of_waves_counts_people_and_the_page_of_one_counts_rows_too(client):
    wave = a_committed_list(SON_ON_LIST, "Кропива Тарас;01.02.1990").source_list.wave
    a_committed_list(SON_ON_LIST, "Дремлюк Павло;03.04.1991", wave=wave, kind=ListKind.REGIONAL)
    client.force_login(a_member_of_staff("importers"))
    overview = client.get(reverse("admin:matching_wave_changelist")).context["cl"].result_list
    assert [each.people_listed for each in overview] == [3]
    counts = client.get(reverse("admin:matching_wave_change", args=[wave.pk])).context["counts"]
    assert (counts["men"], counts["rows"]) == (3, 4)


def test_a_withdrawn_list_names_nobody_in_the_overview_of_waves(client):
    run = a_committed_list(SON_ON_LIST)
    lists_intake.withdraw_list(run.source_list_id, by=None)
    client.force_login(a_member_of_staff("importers"))
    overview = client.get(reverse("admin:matching_wave_changelist")).context["cl"].result_list
    assert [each.people_listed for each in overview] == [0]
