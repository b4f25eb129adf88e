"""Exchanges and waves, the lists received about them, the runs over them, and the matches decided."""

from matching.models.correction import Correction, CorrectionReason, Heard
from matching.models.exchange import Exchange, Wave
from matching.models.match import Band, Decision, Match, MatchState, Verdict
from matching.models.run import BatchState, MatchBatch, MatchRun
from matching.models.source_list import (
    EntryKey,
    ListEntry,
    ListKind,
    ListState,
    RefusedRow,
    Reliability,
    SourceList,
)
from matching.models.timeline import EventKind, WaveEvent

__all__ = [
    "Band",
    "BatchState",
    "Correction",
    "CorrectionReason",
    "Decision",
    "EntryKey",
    "EventKind",
    "Exchange",
    "Heard",
    "ListEntry",
    "ListKind",
    "ListState",
    "Match",
    "MatchBatch",
    "MatchRun",
    "MatchState",
    "RefusedRow",
    "Reliability",
    "SourceList",
    "Verdict",
    "Wave",
    "WaveEvent",
]
