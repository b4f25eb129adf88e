"""Calibration from the reviewers' decisions: look, store a version, and switch it on with a second person."""

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from matching import recalibration, yardstick
from matching.evaluation.reliability import Reliability
from matching.models import Calibration, CalibrationSwitch

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Fit curves to the reviewers' decisions, show how true what is said is before and after and what would move, "
        "and store them as a new version, which changes nothing. --switch-on VERSION asks for it; when a second person "
        "says the same it is in force. Refuses to lose a confirmed pair."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", metavar="USERNAME", help="who does this: a member of staff who may")
        parser.add_argument(
            "--csv", type=Path, metavar="FILE", help="write every pair that would move, by ids"
        )
        does = parser.add_mutually_exclusive_group()
        does.add_argument("--dry-run", action="store_true", help="show everything, store nothing")
        does.add_argument("--switch-on", type=int, metavar="VERSION")
        does.add_argument("--switch-off", action="store_true")
        does.add_argument("--status", action="store_true", help="what is in force, and what is asked for")

    def handle(self, **options: Any) -> None:
        with translation.override("en"):
            try:
                self._do(**options)
            except recalibration.Refused as refused:
                raise CommandError(str(refused.words)) from refused

    def _do(self, *, by: str | None, switch_on: int | None, switch_off: bool, **options: Any) -> None:
        if options["status"]:
            self._say(*_status())
        elif options["dry_run"]:
            self._learn(None, options["csv"])
        elif switch_off or switch_on is not None:
            self._switch(None if switch_on is None else _version(switch_on), _named(by))
        else:
            self._learn(_named(by), options["csv"])

    def _learn(self, by: User | None, file: Path | None) -> None:
        decided = recalibration.decisions()
        self._say(
            f"{sum(one.is_right for one in decided)} confirmed and "
            f"{sum(not one.is_right for one in decided)} rejected pairs of this engine."
        )
        learned = recalibration.learn(decided)
        self._say(
            *_strata(learned),
            "",
            "As it is:",
            *_table(learned.before),
            "",
            "With the curves, of pairs that they did not see:",
            *_table(learned.after),
            "",
        )
        would = recalibration.shadow(learned.curves, self._progress)
        self._say(*_movements(would))
        if file is not None:
            _write(file, would)
        if by is not None:
            version = recalibration.store(learned, would, by=by)
            self._say(
                f"Stored as version {version.pk}. It is not in force: recalibrate --switch-on {version.pk} asks for it."
            )
        elif would.lost:
            raise recalibration.WouldLose

    def _switch(self, calibration: Calibration | None, by: User) -> None:
        would = recalibration.shadow(yardstick.curves_of(calibration), self._progress)
        self._say(*_movements(would))
        switched = recalibration.switch(calibration, by=by)
        named = "No calibration" if calibration is None else f"Version {calibration.pk}"
        self._say(
            f"{named} is in force; what is undecided is being matched again."
            if switched.approved_by_id
            else f"{named} is asked for. It is in force when another person says the same."
        )

    def _progress(self, done: int, total: int) -> None:
        print(f"shadow run: {done} of {total} list entries", file=sys.stderr)

    def _say(self, *lines: str) -> None:
        self.stdout.write("\n".join(lines))


def _named(username: str | None) -> User:
    if username is None:
        raise CommandError("Name who does this: --by USERNAME (or only look: --dry-run).")
    user = User.objects.filter(username=username).first()
    return user if user is not None else _unknown(f"There is no user {username!r}.")


def _version(number: int) -> Calibration:
    calibration = Calibration.objects.filter(pk=number).first()
    return calibration if calibration is not None else _unknown(f"There is no version {number}.")


def _unknown(words: str) -> NoReturn:
    raise CommandError(words)


def _status() -> Iterator[str]:
    calibration = yardstick.calibration_in_force()
    yield f"In force: {'none' if calibration is None else f'version {calibration.pk}'}"
    newest = CalibrationSwitch.objects.first()
    if newest is not None and newest.approved_by is None:
        wanted = "none" if newest.calibration_id is None else f"version {newest.calibration_id}"
        yield f"Asked for by {newest.asked_by} at {newest.asked_at:%Y-%m-%d %H:%M}: {wanted}"
    for one in Calibration.objects.select_related("made_by"):
        usable = "" if yardstick.is_of_this_engine(one) else ", of another engine: not usable"
        before, after = (one.measured[when]["ece"] for when in ("before", "after"))
        yield (
            f"version {one.pk}: {one.made_at:%Y-%m-%d %H:%M} by {one.made_by}, {one.confirmed_count} confirmed and "
            f"{one.rejected_count} rejected, ECE {before:.3f} -> {after:.3f}{usable}"
        )


def _strata(learned: recalibration.Learned) -> Iterator[str]:
    for stratum, (confirmed, rejected) in learned.strata.items():
        curve = learned.curves.of.get(stratum)
        how = "left as it is: too few" if curve is None else f"a curve of {len(curve.knots)} knots"
        yield f"birth date {stratum:<8} {confirmed} confirmed, {rejected} rejected: {how}"


def _table(reliability: Reliability) -> Iterator[str]:
    yield f"{'pairs':>6} {'said':>6} {'right':>6}   95 % interval"
    for row in reliability.rows:
        warning = "   <- off" if row.is_off else ""
        yield f"{row.rows:>6} {row.said:>6.3f} {row.right:>6.3f}   {row.least:.3f} - {row.most:.3f}{warning}"
    yield f"ECE {reliability.ece:.3f}, Brier {reliability.brier:.3f}"


def _movements(would: recalibration.Shadow) -> Iterator[str]:
    yield f"Shadow run: {len(would.moved)} of {would.pairs} undecided pairs would change their band."
    yield from (f"{count:>6} {direction}" for direction, count in would.directions().items())
    yield from _first(
        [
            f"       {one.match_id} {one.band} > {one.band_then or 'none'} "
            f"({one.probability:.3f} > {one.probability_then:.3f})"
            for one in would.moved
        ]
    )
    yield f"Another pair would come first for {len(would.new_first)} entries."
    yield from _first(
        [f"       {one.entry_id}: {one.match_id} > {one.match_id_then}" for one in would.new_first]
    )
    if would.lost:
        yield f"LOST: {len(would.lost)} confirmed pairs would no longer be proposed:"
        yield from (f"       {match_id}" for match_id in would.lost)


def _first(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"       and {len(lines) - _SHOWN} more (--csv FILE writes all)"


def _write(file: Path, would: recalibration.Shadow) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(["what", "entry", "match", "before", "then", "probability before", "probability then"])
        for one in would.moved:
            table.writerow(["moved", one.entry_id, one.match_id, *one[2:]])
        for first in would.new_first:
            table.writerow(["first", first.entry_id, "", first.match_id, first.match_id_then, "", ""])
        table.writerows([["lost", "", match_id, "", "", "", ""] for match_id in would.lost])
