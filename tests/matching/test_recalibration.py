"""What reviewers decided mends what is said: shown before, switched on by two, and nobody is lost by it."""

import csv
import io
import itertools
import random
from math import exp, log
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django.urls import reverse

from familylink.reports.models import MissingPerson, MissingPersonKey
from matching import engine, name_counts, recalibration, review, why_not, yardstick
from matching.evaluation.reliability import interval, reliability_of, said_unseen
from matching.models import Calibration, CalibrationSwitch, Decision, Match, MatchState
from tests.factories import a_committed_list, a_match, a_report, match_all

pytestmark = pytest.mark.django_db
_numbers = itertools.count()
HALVED = {"none": [[0.05, 0.02], [0.95, 0.4]], "full": [[0.5, 0.3], [0.999, 0.9]]}


def staff(name=""):
    """Without a password: to hash one takes longer than most of these tests."""
    return User.objects.create(username=name or f"person{next(_numbers)}", is_staff=True)


def reviewer():
    user = staff()
    user.groups.add(Group.objects.get(name="reviewers"))
    return user


def someone_who_may(name=""):
    user = staff(name)
    user.user_permissions.add(Permission.objects.get(codename="switch_calibration"))
    return user


def a_calibration(curves=HALVED, **facts):
    return Calibration.objects.create(
        **{
            "engine_version": engine.ENGINE_VERSION,
            "tables_version": engine.TABLES_VERSION,
            "confirmed_count": 100,
            "rejected_count": 100,
            "curves": curves,
            "measured": {"before": {"ece": 0.2}, "after": {"ece": 0.1}},
            "made_by": someone_who_may(),
            **facts,
        }
    )


def switched_on(calibration):
    for _ in range(2):
        switched = recalibration.switch(calibration, by=someone_who_may())
    return switched


def right_share(said):
    """How often the engine of these tests is right when it says `said`: far too rarely."""
    return 1 / (1 + exp(-(0.5 * log(said / (1 - said)) - 0.8)))


def decided_pairs(count, seed=1):
    """So many pairs without dates, decided by two as the truth of `right_share` has it. Their person has changed
    since, so that no matching would propose them again."""
    days = [f"{n % 28 + 1:02}.{n // 28 % 12 + 1:02}.19{n // 336 + 60}" for n in range(count)]
    run = a_committed_list(*(f"Далекий Хтось Кимович;{day}" for day in days))
    person, draw = a_report(surname="Нетутешній", birth="").missing_person, random.Random(seed)
    evidence = {"evidence": [], "caps": []}
    said = [draw.uniform(0.02, 0.98) for _ in range(count)]
    matches = [
        Match(
            missing_person=person,
            entry=entry,
            points=10,
            probability=one,
            band="possible",
            evidence=evidence,
            evidence_index=b"x",
            engine_version=engine.ENGINE_VERSION,
            tables_version=engine.TABLES_VERSION,
            person_revision=0,
        )
        for entry, one in zip(run.source_list.entries.order_by("position"), said, strict=True)
    ]
    Match.objects.bulk_create(matches)
    first, second = staff(), staff()
    right = {match.pk for match in matches if draw.random() < right_share(match.probability)}
    Decision.objects.bulk_create(
        Decision(
            match=match,
            match_revision=1,
            reviewer=reviewer,
            evidence_index=b"x",
            verdict="same" if match.pk in right else "different",
        )
        for match in matches
        for reviewer in (first, second)
    )
    by = {"first_reviewer": first, "second_reviewer": second, "decided_at": Now()}
    Match.objects.filter(pk__in=right).update(state=MatchState.CONFIRMED, first_verdict="same", **by)
    rejected = Match.objects.filter(pk__in=[match.pk for match in matches]).exclude(pk__in=right)
    rejected.update(state=MatchState.REJECTED, first_verdict="different", **by)


def undecided_pairs():
    """Some undecided pairs with and without dates; what is stored of them."""
    dated = ("Вересняк", "Дзвонар", "Тополяк", "Ожигайло")
    undated = ("Калиняк", "Журавчак", "Бузько", "Смерекун")
    for surname, other in zip(dated, undated, strict=True):
        a_report(surname=surname, phone="+380990000001")
        a_report(surname=other, birth="", phone="+380990000002")
    a_committed_list(*(f"{surname} Александр Николаевич;12.03.1987" for surname in dated))
    a_committed_list(*(f"{surname} Александр Николаевич;" for surname in undated))
    match_all()
    return stored()


def stored():
    undecided = Match.objects.undecided().order_by("pk")
    return {match.pk: (match.band, match.probability, match.points) for match in undecided}


def run(**options):
    out = io.StringIO()
    call_command("recalibrate", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ learning


def test_a_known_miscalibration_is_mended():
    decided_pairs(300)
    learned = recalibration.learn(recalibration.decisions())
    assert learned.before.ece > 0.15
    assert learned.after.ece < learned.before.ece / 2
    assert learned.after.brier < learned.before.brier
    assert any(row.is_off for row in learned.before.rows)
    assert learned.strata["none"] == (learned.confirmed, learned.rejected)


def test_a_dozen_decisions_teach_nothing():
    decided_pairs(12)
    with pytest.raises(recalibration.TooFew):
        recalibration.learn(recalibration.decisions())


def test_curves_that_help_nobody_are_refused():
    draw = random.Random(9)
    said = [draw.uniform(0.02, 0.98) for _ in range(120)]
    with pytest.raises(recalibration.NoBetter):
        recalibration.learn([engine.Decided("none", one, draw.random() < one) for one in said])


def test_only_what_the_present_engine_said_counts():
    decided_pairs(60)
    Match.objects.update(engine_version="2020.01-1")
    assert recalibration.decisions() == []


def test_what_was_said_before_a_calibration_is_what_the_next_is_fitted_to():
    match = a_match()
    switched_on(a_calibration())
    match_all()
    for who in (reviewer(), reviewer()):
        match.refresh_from_db()
        review.decide(match.pk, reviewer=who, verdict="same", revision=match.revision)
    (decided,) = recalibration.decisions()
    match.refresh_from_db()
    assert (decided.stratum, decided.is_right) == ("full", True)
    assert decided.said == match.uncalibrated > match.probability


def test_an_interval_holds_the_share_and_is_narrower_for_more():
    assert interval(0, 10)[0] == 0 < interval(0, 10)[1] < 0.35
    assert interval(10, 10)[1] == 1 > interval(10, 10)[0] > 0.65
    few, many = interval(5, 10), interval(500, 1_000)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]


def test_curves_are_judged_by_pairs_that_they_did_not_see():
    draw = random.Random(8)
    coins = [engine.Decided("none", draw.uniform(0.4, 0.6), draw.random() < 0.5) for _ in range(60)]
    curves = engine.fit(coins)
    seen = reliability_of([(curves.at(one.stratum, one.said), one.is_right) for one in coins])
    assert reliability_of(said_unseen(coins)).brier > seen.brier


# ---------------------------------------------------------------------------------------------- the switch


def test_nothing_moves_before_two_people_have_switched_it_on():
    before = undecided_pairs()
    calibration = a_calibration()
    recalibration.shadow(yardstick.curves_of(calibration))
    recalibration.switch(calibration, by=someone_who_may())
    match_all()
    assert stored() == before
    assert yardstick.calibration_in_force() is None


def test_switching_on_moves_exactly_what_the_shadow_run_said():
    before = undecided_pairs()
    calibration = a_calibration({"none": HALVED["none"]})
    would = recalibration.shadow(yardstick.curves_of(calibration))
    assert 0 < len(would.moved) < would.pairs == len(before)
    switched_on(calibration)
    match_all()
    now = stored()
    assert now.keys() == before.keys()
    moved = {pair: now[pair][:2] for pair in now if now[pair][0] != before[pair][0]}
    assert moved == {
        one.match_id: (one.band_then, pytest.approx(one.probability_then)) for one in would.moved
    }
    assert all(now[pair][2] == before[pair][2] for pair in now), "points are the engine's own"
    assert set(Match.objects.undecided().values_list("calibration", flat=True)) == {calibration.pk}


def rivals():
    """Reports that may each be several rows of one list, whose rows may each be several reports."""
    for number, birth in enumerate(("", "", "1987-03-12"), start=1):
        a_report(birth=birth, phone=f"+38099000000{number}")
    a_committed_list(*(f"Вересняк Александр Николаевич;{born}" for born in ("", "12.03.1987", "24.07.1991")))
    match_all()


def test_the_shadow_run_knows_the_rivals_on_both_sides():
    rivals()
    before = stored()
    calibration = a_calibration({"none": [[0.02, 0.4], [0.5, 0.95]], "full": [[0.02, 0.3]]})
    would = recalibration.shadow(yardstick.curves_of(calibration))
    switched_on(calibration)
    match_all()
    moved = {pair: one[:2] for pair, one in stored().items() if one[0] != before[pair][0]}
    assert moved
    assert moved == {one.match_id: (one.band_then, one.probability_then) for one in would.moved}


def test_calibrated_rivals_are_no_more_in_sum_than_one_or_than_was_said_of_reports_of_one_man():
    rivals()
    switched_on(a_calibration({"none": [[0.02, 0.4], [0.5, 0.95]], "full": [[0.02, 0.3]]}))
    match_all()
    assert Match.objects.filter(crowding__gt=1).exists()
    of_persons = Match.objects.values("missing_person").annotate(said=Sum("probability"))
    assert all(row["said"] <= 1.0001 for row in of_persons)
    of_entries = Match.objects.values("entry").annotate(said=Sum("probability"), before=Sum("alone"))
    assert all(row["said"] <= max(1, row["before"]) + 0.0001 for row in of_entries)


def test_switching_off_brings_back_what_was_said_before():
    before = undecided_pairs()
    switched_on(a_calibration())
    match_all()
    assert stored() != before
    switched_on(None)
    match_all()
    assert stored() == before
    assert set(Match.objects.values_list("uncalibrated", "calibration")) == {(None, None)}


def test_a_new_pair_is_measured_by_the_calibration_in_force():
    calibration = switched_on(a_calibration()).calibration
    match = a_match()
    assert match.calibration == calibration
    assert match.probability < match.uncalibrated


def test_a_decided_pair_is_only_flagged():
    match = a_match()
    for who in (reviewer(), reviewer()):
        review.decide(match.pk, reviewer=who, verdict="same", revision=1)
    undecided_pairs()
    switched_on(a_calibration({"full": [[0.5, 0.02], [0.999, 0.05]]}))
    MissingPerson.objects.update(matched_revision=None)
    match_all()
    now = Match.objects.get(pk=match.pk)
    assert (now.state, now.band, now.probability, now.calibration) == (
        MatchState.CONFIRMED,
        match.band,
        match.probability,
        None,
    )
    assert now.new_evidence_at is not None


def test_nobody_approves_what_they_asked_for():
    calibration, who = a_calibration(), someone_who_may()
    recalibration.switch(calibration, by=who)
    with pytest.raises(recalibration.SamePerson):
        recalibration.switch(calibration, by=who)
    with pytest.raises(IntegrityError, match="another_person_approves"), transaction.atomic():
        CalibrationSwitch.objects.update(approved_by=who, approved_at=Now())
    assert yardstick.calibration_in_force() is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_only_active_staff_with_the_permission_may(change):
    calibration = a_calibration()
    with pytest.raises(recalibration.NotAllowed):
        recalibration.switch(calibration, by=staff())
    who = someone_who_may()
    for name, value in change.items():
        setattr(who, name, value)
    with pytest.raises(recalibration.NotAllowed):
        recalibration.switch(calibration, by=who)


def test_who_asks_for_another_version_has_not_approved_the_first():
    first, second = a_calibration(), a_calibration()
    recalibration.switch(first, by=someone_who_may())
    recalibration.switch(second, by=someone_who_may())
    assert yardstick.calibration_in_force() is None
    recalibration.switch(second, by=someone_who_may())
    assert yardstick.calibration_in_force() == second
    with pytest.raises(recalibration.AlreadySo):
        recalibration.switch(second, by=someone_who_may())


def test_a_calibration_of_another_engine_is_not_switched_on_and_not_used():
    with pytest.raises(recalibration.OtherEngine):
        recalibration.switch(a_calibration(engine_version="2020.01-1"), by=someone_who_may())
    CalibrationSwitch.objects.create(
        calibration=a_calibration(tables_version="2020.01-1"),
        asked_by=someone_who_may(),
        approved_by=someone_who_may(),
        approved_at=Now(),
    )
    assert yardstick.in_force().curves == engine.AS_IT_IS


def test_versions_and_switches_are_only_added():
    switched_on(a_calibration())
    a_calibration()
    for change in (
        lambda: Calibration.objects.update(confirmed_count=0),
        lambda: Calibration.objects.filter(switches=None).delete(),
        lambda: CalibrationSwitch.objects.update(approved_at=Now()),
        lambda: CalibrationSwitch.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change()


# ------------------------------------------------------------------------------------------ losing nobody


def a_confirmed_pair_that_is_found_no_more():
    match = a_match()
    for who in (reviewer(), reviewer()):
        review.decide(match.pk, reviewer=who, verdict="same", revision=1)
    MissingPersonKey.objects.filter(number=match.missing_person.number).delete()
    return match


def test_a_calibration_that_would_lose_a_confirmed_pair_is_neither_stored_nor_switched_on():
    match = a_confirmed_pair_that_is_found_no_more()
    decided_pairs(100)
    learned = recalibration.learn(recalibration.decisions())
    would = recalibration.shadow(learned.curves)
    assert would.lost == [match.pk]
    with pytest.raises(recalibration.WouldLose):
        recalibration.store(learned, would, by=someone_who_may())
    with pytest.raises(recalibration.WouldLose):
        recalibration.switch(a_calibration(), by=someone_who_may())
    with pytest.raises(CommandError, match="confirmed"):
        run(dry_run=True)


def test_a_pair_that_its_loss_cannot_be_blamed_on_does_not_stand_in_the_way():
    match = a_confirmed_pair_that_is_found_no_more()
    MissingPerson.objects.filter(pk=match.missing_person_id).update(revision=2)
    assert recalibration.shadow(engine.AS_IT_IS).lost == []


def test_no_curve_takes_a_pair_out_of_the_queue():
    before = undecided_pairs()
    switched_on(a_calibration({stratum: [[0.5, 0.011], [0.9999, 0.012]] for stratum in engine.STRATA}))
    match_all()
    assert stored().keys() == before.keys()
    assert {band for band, _, _ in stored().values()} == {"possible"}


# ---------------------------------------------------------------------------------------- by the command line


def test_the_command_stores_a_version_and_two_people_switch_it_on(tmp_path):
    decided_pairs(300)
    undecided_pairs()
    anna, borys = someone_who_may("anna"), someone_who_may("borys")
    told = run(by="anna", csv=tmp_path / "moves.csv")
    version = Calibration.objects.get()
    assert f"Stored as version {version.pk}" in told
    assert "ECE" in told
    assert "<- off" in told
    assert version.made_by == anna
    moves = list(csv.reader(io.StringIO((tmp_path / "moves.csv").read_text("utf-8"))))
    assert len(moves) == 1 + sum(version.measured["moved"].values()) > 1
    assert "asked for" in run(by="anna", switch_on=version.pk)
    with pytest.raises(CommandError, match="somebody else"):
        run(by="anna", switch_on=version.pk)
    assert "anna" in run(status=True)
    assert "is in force" in run(by="borys", switch_on=version.pk)
    assert CalibrationSwitch.objects.get().approved_by == borys
    assert f"In force: version {version.pk}" in run(status=True)


def test_looking_stores_nothing():
    decided_pairs(100)
    assert "Shadow run" in run(dry_run=True)
    assert not Calibration.objects.exists()


@pytest.mark.parametrize("by", [None, "nobody"])
def test_the_command_wants_a_person_who_exists(by):
    with pytest.raises(CommandError, match=r"Name who|no user"):
        run(by=by)


def test_no_name_is_printed():
    decided_pairs(100)
    undecided_pairs()
    told = run(dry_run=True)
    assert not any(name in told for name in ("Вересняк", "Калиняк", "Далекий", "Олександр"))


def test_why_not_says_what_the_matching_would():
    calibration = switched_on(a_calibration()).calibration
    match = a_match()
    found = why_not.explain(match.missing_person.reports.get(), match.entry)
    assert (found.probability, found.band) == (pytest.approx(match.probability), match.band)
    assert found.measured_by.calibration == calibration


# ------------------------------------------------------------------------------------ what the pages say of it


def pages_about(match):
    report = match.missing_person.reports.get()
    asked = {"report": report.reference, "entry": match.entry_id}
    why = reverse("admin:matching_match_why_not") + "?" + urlencode(asked)
    return reverse("admin:matching_match_change", args=[match.pk]), why


def test_the_pages_say_by_what_a_pair_was_measured(client):
    client.force_login(reviewer())
    settled = a_match()
    for page in pages_about(settled):
        told = client.get(page, headers={"accept-language": "en"}).content.decode()
        assert f"Engine {engine.ENGINE_VERSION}, tables {engine.TABLES_VERSION}" in told
        assert "no calibration, how common names are: from the tables alone" in told
    calibration = switched_on(a_calibration()).calibration
    while name_counts.count_next(least_persons=1):
        pass
    match_all()
    for page in pages_about(settled):
        told = client.get(page, headers={"accept-language": "en"}).content.decode()
        assert f"calibration {calibration.pk}, names counted on" in told
        assert "among 1 of our missing persons" in told


def a_measured_calibration():
    table = reliability_of([(0.9, False), (0.9, False), (0.9, True), (0.2, False)] * 10).as_dict()
    measured = {
        "before": table,
        "after": table,
        "moved": {"certain > probable": 3},
        "pairs": 8,
        "new_first": 0,
    }
    return a_calibration(measured=measured)


def who_may_look():
    user = someone_who_may()
    user.user_permissions.add(Permission.objects.get(codename="view_calibration"))
    return user


def test_two_people_switch_a_calibration_on_and_off_at_the_desk(client):
    calibration = a_measured_calibration()
    page = reverse("admin:matching_calibration_change", args=[calibration.pk])
    anna, borys = who_may_look(), who_may_look()
    said = []
    for who, switch in ((anna, "on"), (anna, "on"), (borys, "on"), (borys, "off"), (anna, "off")):
        client.force_login(who)
        client.post(page, {"switch": switch}, headers={"accept-language": "en"})
        said.append(client.get(page, headers={"accept-language": "en"}).content.decode())
    assert ["State: in force" in one for one in said] == [False, False, True, True, False]
    assert "somebody else must approve" in said[1]
    assert "Asked for by" in said[3]
    assert list(CalibrationSwitch.objects.values_list("asked_by", "approved_by")) == [
        (borys.pk, anna.pk),
        (anna.pk, borys.pk),
    ]


def test_the_page_shows_the_reliability_and_what_would_have_moved(client):
    client.force_login(who_may_look())
    calibration = a_measured_calibration()
    told = client.get(
        reverse("admin:matching_calibration_change", args=[calibration.pk]), headers={"accept-language": "en"}
    ).content.decode()
    assert "more wrong than chance" in told
    assert "certain → probable: 3" in told
    listed = client.get(reverse("admin:matching_calibration_changelist"), headers={"accept-language": "en"})
    assert "not in force" in listed.content.decode()


def test_who_may_not_switch_sees_no_button_and_who_may_not_look_no_page(client):
    page = reverse("admin:matching_calibration_change", args=[a_measured_calibration().pk])
    looker = staff()
    client.force_login(looker)
    assert client.get(page).status_code == 403
    looker.user_permissions.add(Permission.objects.get(codename="view_calibration"))
    assert b'name="switch"' not in client.get(page).content
    assert client.post(page, {"switch": "on"}).status_code == 403
    assert not CalibrationSwitch.objects.exists()
