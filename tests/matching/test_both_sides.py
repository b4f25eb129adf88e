"""A report is one row of a list at most: what is said of its pairs is divided between them."""

import functools
import random
import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from matching import engine, proposals, review, waves, yardstick
from matching.judging import judge_entries
from matching.models import ListEntry, Match, MatchState
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_report,
    a_reviewer,
    match_all,
)

pytestmark = pytest.mark.django_db

BORN_LATER = "Вересняк Александр Николаевич;24.07.1991"
NOT_BORN = "Вересняк Александр Николаевич;"
STRANGER = "Неіснуючий Пантелеймон Кіндратович;01.05.1965"


def of_row(row: int) -> Match:
    return Match.objects.get(entry__row=row)


def test_two_rows_that_may_be_one_man_take_from_each_other():
    a_report(birth="")
    a_committed_list(SON_ON_LIST, BORN_LATER)
    match_all()
    one, other = of_row(2), of_row(3)
    assert one.alone == other.alone > 0.9
    assert one.probability == other.probability < 0.5
    assert one.band == other.band == "possible"


def test_a_row_that_is_surely_him_leaves_little_to_his_namesake_and_keeps_him_in_the_queue():
    a_report()
    a_committed_list(SON_ON_LIST, NOT_BORN)
    match_all()
    himself, namesake = of_row(2), of_row(3)
    assert (himself.band, namesake.band) == ("certain", "possible")
    assert himself.probability > 0.97
    assert engine.share_between_entries([himself.alone, namesake.alone], ["", ""])[1] < 0.01
    assert namesake.probability == 0.01 < 0.5 < namesake.alone


@pytest.mark.parametrize("other", ["1987-03-13", ""], ids=["mistook the day", "knew no date"])
@pytest.mark.parametrize("is_first", [True, False], ids=["and reported first", "and reported last"])
def test_both_relatives_who_report_one_man_are_found(other: str, *, is_first: bool):
    first, last = (other, "1987-03-12") if is_first else ("1987-03-12", other)
    a_report(birth=first)
    a_committed_list(SON_ON_LIST)
    match_all()
    a_report(birth=last, phone="+380990000002")
    match_all()
    assert Match.objects.count() == 2
    assert all(match.probability > 0.75 for match in Match.objects.all())


def test_rows_of_two_lists_are_no_rivals():
    a_report(birth="")
    a_committed_list(SON_ON_LIST)
    a_committed_list(BORN_LATER)
    match_all()
    assert all(match.probability == match.alone > 0.9 for match in Match.objects.all())


def test_a_list_that_names_one_man_twice_does_not_make_him_two():
    a_report()
    a_committed_list(SON_ON_LIST, "Вересняк Олександр Миколайович;12.03.1987")
    match_all()
    assert {(match.band, match.probability == match.alone) for match in Match.objects.all()} == {
        ("certain", True)
    }


def test_a_corrected_list_that_takes_the_rival_away_gives_back_what_he_had_taken():
    a_report(birth="")
    run = a_committed_list(SON_ON_LIST, BORN_LATER)
    match_all()
    before = of_row(2)
    a_committed_list(SON_ON_LIST, STRANGER, replaces=run)
    match_all()
    now = of_row(2)
    assert now.probability == now.alone == before.alone > before.probability
    assert (now.state, now.band) == (MatchState.OPEN, "probable")


def test_a_row_that_a_corrected_list_adds_rivals_the_rows_that_stood():
    a_report(birth="")
    run = a_committed_list(SON_ON_LIST, STRANGER)
    match_all()
    match = of_row(2)
    review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    a_committed_list(SON_ON_LIST, BORN_LATER, replaces=run)
    match_all()
    one, other = Match.objects.order_by("proposed_at")
    assert one.probability == other.probability < 0.5
    assert (one.state, one.revision, one.first_verdict) == (MatchState.OPEN, 2, "")


def test_whoever_judged_on_the_same_facts_is_not_asked_again():
    a_report(birth="")
    a_committed_list(SON_ON_LIST, BORN_LATER)
    match_all()
    match = of_row(2)
    review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    a_committed_list(SON_ON_LIST)
    match_all()
    waves.match_entries(list(ListEntry.objects.all()))
    match.refresh_from_db()
    assert (match.state, match.revision) == (MatchState.AWAITING_SECOND, 1)


def test_what_people_decided_is_no_new_evidence():
    a_report(birth="")
    a_committed_list(SON_ON_LIST, BORN_LATER)
    match_all()
    himself, namesake = of_row(2), of_row(3)
    review.decide(namesake.pk, reviewer=a_reviewer(), verdict="different", revision=1)
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(himself.pk, reviewer=reviewer, verdict="same", revision=1)
    before = list(Match.objects.order_by("pk").values())
    waves.match_entries(list(ListEntry.objects.all()))
    assert list(Match.objects.order_by("pk").values()) == before
    assert {match.state for match in Match.objects.all()} == {MatchState.CONFIRMED, MatchState.REJECTED}


def test_whom_people_have_turned_down_takes_nothing_any_more():
    a_report(birth="")
    a_committed_list(SON_ON_LIST, BORN_LATER)
    match_all()
    review.decide(of_row(3).pk, reviewer=a_reviewer(), verdict="different", revision=1)
    waves.match_entries(list(ListEntry.objects.all()))
    assert of_row(2).probability == of_row(2).alone


def test_a_judging_that_comes_after_a_later_one_takes_nobody_away():
    a_committed_list(NOT_BORN)
    match_all()
    entries, measured_by, judging = (
        list(ListEntry.objects.all()),
        yardstick.in_force(),
        proposals.next_judging(),
    )
    judged = judge_entries(entries, measured_by)
    report = a_report()
    match_all()
    series = judged.series.values()
    newest = proposals.lock_judged(entries, series, judging)
    proposals.propose_matches(newest, series, judged.proposals, measured_by)
    assert Match.objects.get().missing_person == report.missing_person
    assert Match.objects.get().state == MatchState.OPEN


# ------------------------------------------------------------------------------------------ in any order

MEN = [
    {"birth": ""},
    {"birth": "1987-03-12"},
    {"birth": "", "patronymic": ""},
    {"birth": "1991-07-24"},
    {"birth": "", "given": "Степан"},
]
ROWS = [
    SON_ON_LIST,
    BORN_LATER,
    "Вересняк Олександр;",
    "Вересняк Степан Миколайович;",
    NOT_BORN,
    "Вересняк Олександр Миколайович;12.03.1987",
]


def match_rows(rows: list[int]) -> None:
    waves.match_entries(list(ListEntry.objects.filter(row__in=rows)))


def killed_in(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def reports(men: dict[uuid.UUID, int]) -> list[Callable[[], object]]:
    def reported(number: int) -> None:
        report = a_report(phone=f"+38099000010{number}", **MEN[number])
        men[report.missing_person_id] = number

    return [functools.partial(reported, number) for number in range(len(MEN))]


def batches(draw: random.Random) -> list[Callable[[], object]]:
    """Every row is matched, some twice, some by a worker that is killed."""
    rows = list(range(2, 2 + len(ROWS)))
    draw.shuffle(rows)
    parts = (rows[:1], rows[1:3], rows[3:], rows[2:4])
    each: list[Callable[[], object]] = [functools.partial(match_rows, part) for part in parts]
    return [*each, functools.partial(killed_in, each[2])]


def outcome(seed: int) -> dict[tuple[int, int], tuple[object, ...]]:
    """Of each man and row what is stored in the end; the reports come before the list, or at any time beside it."""
    draw, men = random.Random(seed), dict[uuid.UUID, int]()
    steps = (
        reports(men)
        + [waves.match_next_persons] * 3
        + [functools.partial(killed_in, waves.match_next_persons)]
    )
    if seed % 2 == 0:
        for step in steps:
            step()
        match_all()
        steps = []
    waves.plan_batches(a_committed_list(*ROWS).pk)
    steps += batches(draw)
    draw.shuffle(steps)
    for step in steps:
        step()
    if seed % 2:
        match_all()
    return {
        (men[match.missing_person_id], match.entry.row): (
            match.state,
            match.band,
            match.alone,
            match.probability,
        )
        for match in Match.objects.exclude(state=MatchState.LAPSED).select_related("entry")
    }


@pytest.mark.parametrize("seed", range(1, 7))
def test_in_whatever_order_reports_and_batches_come_the_same_is_stored(seed: int):
    with transaction.atomic():
        expected = outcome(0)
        transaction.set_rollback(True)
    assert len(expected) > 10
    assert any(probability < alone for _, _, alone, probability in expected.values())
    assert outcome(seed) == expected
