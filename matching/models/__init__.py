"""Exchanges and waves, the lists received about them, the runs over them, and the matches decided."""

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

__all__ = [
    "Band",
    "BatchState",
    "Decision",
    "EntryKey",
    "Exchange",
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
]
