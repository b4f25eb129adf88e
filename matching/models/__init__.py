"""Exchanges and waves, the lists received about them, the runs over them, and the matches decided."""

from matching.models.checks import ChecksTold
from matching.models.correction import Correction, CorrectionReason, Heard
from matching.models.decision import Decision, Reason, Reopening, Verdict
from matching.models.exchange import Exchange, Wave
from matching.models.list_entry import EntryKey, ListEntry
from matching.models.match import Band, Match, MatchState
from matching.models.question import Question
from matching.models.refused_row import Aside, RefusedRow
from matching.models.run import BatchState, MatchBatch, MatchRun
from matching.models.source_list import (
    TRUSTED,
    ListKind,
    ListSlice,
    ListState,
    Reliability,
    SourceLayout,
    SourceList,
)
from matching.models.timeline import EventKind, WaveEvent
from matching.models.yardstick import (
    Calibration,
    CalibrationSwitch,
    CountedPerson,
    NameCount,
    NameSnapshot,
)

__all__ = [
    "TRUSTED",
    "Aside",
    "Band",
    "BatchState",
    "Calibration",
    "CalibrationSwitch",
    "ChecksTold",
    "Correction",
    "CorrectionReason",
    "CountedPerson",
    "Decision",
    "EntryKey",
    "EventKind",
    "Exchange",
    "Heard",
    "ListEntry",
    "ListKind",
    "ListSlice",
    "ListState",
    "Match",
    "MatchBatch",
    "MatchRun",
    "MatchState",
    "NameCount",
    "NameSnapshot",
    "Question",
    "Reason",
    "RefusedRow",
    "Reliability",
    "Reopening",
    "SourceLayout",
    "SourceList",
    "Verdict",
    "Wave",
    "WaveEvent",
]
