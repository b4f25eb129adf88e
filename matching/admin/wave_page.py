"""What the page of a wave shows: the counts beside each other, and everything that happened, newest first."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matching.models import Correction, EventKind, ListEntry, Match, MatchRun, MatchState, SourceList, Wave
from matching.models.match import UNDECIDED

SHOWN = 200
OF_LIST = gettext_lazy("matching began"), gettext_lazy("matching finished")
OF_ROWS = gettext_lazy("matching of single rows began"), gettext_lazy("matching of single rows finished")


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    at: dt.datetime
    what: str
    about: Any
    about_id: Any
    by: Any
    numbers: str


def shown_wave(wave: Wave) -> dict[str, Any]:
    """Everything of matching/wave_page.html."""
    return {
        "counts": _counts(wave),
        "timeline": sorted([*_events(wave), *_runs(wave), *_alarms(wave)], key=lambda h: h.at, reverse=True)[
            :SHOWN
        ],
        "open_corrections": Correction.objects.open().filter(match__entry__source_list__wave=wave).count(),
    }


def _counts(wave: Wave) -> dict[str, int | None]:
    live = ListEntry.objects.live().filter(source_list__wave=wave)
    matches = Match.objects.filter(entry__source_list__wave=wave)
    return {
        "announced": wave.announced_count,
        "rows": live.count(),
        "men": live.men(),
        "waiting": matches.filter(state__in=UNDECIDED).count(),
        "matched": matches.filter(state=MatchState.CONFIRMED).values("missing_person").distinct().count(),
    }


def _events(wave: Wave) -> list[Happening]:
    events = wave.events.select_related("by")[:SHOWN]
    lists = _lists(wave)
    return [
        Happening(
            event.happened_at,
            str(EventKind(event.kind).label),
            lists.get(event.source_list_id),
            event.source_list_id,
            event.by,
            _in_words(event.numbers),
        )
        for event in events
    ]


def _lists(wave: Wave) -> dict[uuid.UUID, SourceList]:
    return {each.pk: each for each in wave.lists.select_related("wave__exchange")}


def _in_words(numbers: dict[str, int]) -> str:
    words = {
        "unchanged": _("unchanged"),
        "added": pgettext("rows of a list", "added"),
        "changed": _("changed"),
        "removed": _("removed"),
        "cancelled": _("families whose unsent news was cancelled"),
        "to_correct": pgettext("counted", "families to call"),
        "row": _("row"),
    }
    return ", ".join(f"{words[name]}: {number}" for name, number in numbers.items() if name in words)


def _runs(wave: Wave) -> list[Happening]:
    lines, lists = [], _lists(wave)
    runs = MatchRun.objects.filter(source_list__in=lists)
    whole = set(runs.of_whole_lists().values_list("pk", flat=True))
    for run in runs[:SHOWN]:
        about = lists[run.source_list_id], run.source_list_id, None
        began, finished = OF_LIST if run.pk in whole else OF_ROWS
        rows = _("to compare: %(count)d") % {"count": run.entry_count}
        lines.append(Happening(run.started_at, str(began), *about, rows))
        if run.finished_at:
            found = _("%(count)d pairs proposed") % {"count": run.match_count}
            lines.append(Happening(run.finished_at, str(finished), *about, found))
    return lines


def _alarms(wave: Wave) -> list[Happening]:
    lines = []
    raised = Correction.objects.filter(match__entry__source_list__wave=wave)
    for correction in raised.select_related("raised_by", "settled_by")[:SHOWN]:
        about = correction, correction.pk
        alarm = _("alarm: a family must be called")
        lines.append(
            Happening(
                correction.raised_at,
                alarm,
                *about,
                correction.raised_by,
                str(correction.get_reason_display()),
            )
        )
        if correction.settled_at:
            lines.append(
                Happening(
                    correction.settled_at, _("the family was called"), *about, correction.settled_by, ""
                )
            )
    return lines
