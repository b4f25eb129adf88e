"""DO, read only: what pairs are measured by at this minute, besides the engine and its tables."""

import functools
import json
from typing import NamedTuple

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
    """By what everything is measured now."""
    return measured_by(calibration_in_force())


def measured_by(calibration: Calibration | None) -> Yardstick:
    """The present yardstick with this calibration instead."""
    snapshot = name_counts.latest()
    return Yardstick(name_counts.population(snapshot), curves_of(calibration), snapshot, calibration)


def calibration_in_force() -> Calibration | None:
    """That of the newest approved switch, as long as the engine is the one whose words it was fitted to."""
    approved = CalibrationSwitch.objects.filter(approved_by__isnull=False).select_related("calibration")
    newest = approved.order_by("-pk").first()
    calibration = None if newest is None else newest.calibration
    return calibration if calibration is not None and is_of_this_engine(calibration) else None


def is_of_this_engine(calibration: Calibration) -> bool:
    """Another engine says other probabilities: a curve fitted to those would make them false."""
    made_for = (calibration.engine_version, calibration.tables_version)
    return made_for == (engine.ENGINE_VERSION, engine.TABLES_VERSION)


def curves_of(calibration: Calibration | None) -> engine.Curves:
    return engine.AS_IT_IS if calibration is None else _curves(json.dumps(calibration.curves))


@functools.lru_cache(maxsize=4)
def _curves(text: str) -> engine.Curves:
    return engine.Curves.from_dict(json.loads(text))
