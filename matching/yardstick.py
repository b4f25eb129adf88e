"""DO, read only: what pairs are measured by at this minute, besides the engine and its tables."""

import functools
from typing import NamedTuple

from django.db import connection

from familylink.reports.keys import PROFILE_VERSION
from matching import engine, name_counts
from matching.models import Calibration, CalibrationSwitch, NameSnapshot


class Yardstick(NamedTuple):
    """How common names are, and the curves that what is said is drawn to; None: the tables alone, no calibration."""

    population: engine.Population
    curves: engine.Curves
    snapshot: NameSnapshot | None
    calibration: Calibration | None

    @property
    def calibration_id(self) -> int | None:
        return None if self.calibration is None else self.calibration.pk


def in_force() -> Yardstick:
    """By what everything is measured now. One quick query: every batch, and every record alone, begins with it."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [PROFILE_VERSION])
        snapshot_id, calibration_id = cursor.fetchone()
    return _yardstick(snapshot_id, calibration_id)


_IN_FORCE = f"""
    SELECT (SELECT max(id) FROM {NameSnapshot._meta.db_table}
            WHERE published_at IS NOT NULL AND forms_version = %s),
           (SELECT calibration_id FROM {CalibrationSwitch._meta.db_table}
            WHERE approved_by_id IS NOT NULL ORDER BY id DESC LIMIT 1)
"""  # noqa: S608 -- our own names


@functools.lru_cache(maxsize=4)
def _yardstick(snapshot_id: int | None, calibration_id: int | None) -> Yardstick:
    """Neither ever changes once it is in force."""
    snapshot = None if snapshot_id is None else NameSnapshot.objects.get(pk=snapshot_id)
    calibration = None if calibration_id is None else Calibration.objects.get(pk=calibration_id)
    if calibration is not None and not is_of_this_engine(calibration):
        calibration = None
    return Yardstick(name_counts.population(snapshot), curves_of(calibration), snapshot, calibration)


def calibration_in_force() -> Calibration | None:
    """That of the newest approved switch, as long as the engine is the one whose words it was fitted to."""
    return in_force().calibration


def is_of_this_engine(calibration: Calibration) -> bool:
    """Another engine says other probabilities: a curve fitted to those would make them false."""
    made_for = (calibration.engine_version, calibration.tables_version)
    return made_for == (engine.ENGINE_VERSION, engine.TABLES_VERSION)


def curves_of(calibration: Calibration | None) -> engine.Curves:
    return engine.AS_IT_IS if calibration is None else engine.Curves.from_dict(calibration.curves)
