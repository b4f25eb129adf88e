"""What a person should know of a list before it is committed: everything a page shows, as one sealed JSON."""

import dataclasses
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from matching import engine, judging, lists, rivalry, yardstick
from matching.models import ListEntry, SourceList
from matching.staging.content import cluster_index
from matching.staging.rows import recognition_json, row_json
from matching.staging.versions import Difference

SHOWN = 20
REMARKS_SHOWN = 200
SAMPLE = 60


@dataclasses.dataclass(frozen=True)
class Read:
    """A file as it was read: `layouts` are the columns of all sheets, also of those without names."""

    table: lists.Table
    layouts: tuple[lists.Recognition, ...]
    recognition: lists.Recognition
    rows: lists.Rows


def summary(
    source_list: SourceList, read: Read, difference: Difference, profiles: Sequence[engine.Profile]
) -> dict[str, Any]:
    """Counts, columns, first rows, doubts, duplicates, differences, and the review work to expect."""
    people = read.rows.people
    clusters = [cluster_index(source_list.wave_id, profile) for profile in profiles]
    # Of many only the first are shown: a death comes before a doubtful date.
    remarks = sorted((remark for row in people for remark in row.remarks), key=_weight)
    skipped = [dataclasses.asdict(line) for line in read.rows.skipped]
    return {
        **how_read(read.table, read.layouts),
        "people": [row_json(row) for row in people[:SHOWN]],
        "people_count": len(people),
        "refused_count": len(read.rows.refused),
        "remarks": [dataclasses.asdict(remark) for remark in remarks[:REMARKS_SHOWN]],
        "remark_count": len(remarks),
        "skipped": skipped[:REMARKS_SHOWN],
        "skipped_count": sum(line.last_row - line.row + 1 for line in read.rows.skipped),
        "twice": _twice(people, clusters),
        "elsewhere": _elsewhere(source_list, clusters),
        "difference": _compared(people, difference) if source_list.supersedes_id else None,
        "work": _work([profiles[place] for place in difference.new]),
    }


def _weight(remark: lists.Remark) -> bool:
    return remark.code not in lists.NOT_RELEASED


def how_read(table: lists.Table, layouts: Sequence[lists.Recognition]) -> dict[str, Any]:
    """Format and columns: also what a page needs to put right how an unreadable list is read."""
    return {
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet_names": list(table.sheet_names),
        "notes": [dataclasses.asdict(note) for note in table.notes],
        "layouts": [recognition_json(layout) for layout in layouts],
    }


def _twice(people: Sequence[lists.PersonRow], clusters: Sequence[bytes | None]) -> dict[str, Any]:
    """Rows of this list that are about one man: same whole name and full birth date."""
    rows = defaultdict(list)
    for row, cluster in zip(people, clusters, strict=True):
        if cluster:
            rows[cluster].append([row.sheet, row.number])
    again = [places for places in rows.values() if len(places) > 1]
    return {"count": len(again), "rows": again[:SHOWN]}


def _elsewhere(source_list: SourceList, clusters: Sequence[bytes | None]) -> list[dict[str, Any]]:
    """How many of these people stand on which other list of the wave. What this one replaces is no other list."""
    series = (source_list.supersedes or source_list).series  # its own only once it is committed
    others = ListEntry.objects.live().exclude(source_list__series=series)
    wanted = list({cluster for cluster in clusters if cluster})
    found: Counter[uuid.UUID] = Counter()
    for start in range(0, len(wanted), 5000):
        same = others.filter(cluster_index__in=wanted[start : start + 5000])
        found.update(same.values_list("source_list", flat=True))
    return [{"list": str(source_list_id), "count": count} for source_list_id, count in found.items()]


def _compared(people: Sequence[lists.PersonRow], difference: Difference) -> dict[str, Any]:
    return {
        "numbers": difference.numbers(),
        "added": [row_json(people[place]) for place in difference.added[:SHOWN]],
        "changed": [
            {"row": row_json(people[place]), "entry": str(entry_id)}
            for place, entry_id in list(difference.changed.items())[:SHOWN]
        ],
        "removed": [str(entry_id) for entry_id in difference.removed[:SHOWN]],
        "typed": list(map(str, difference.typed)),  # all of them: the commit lets them stand
    }


def _work(profiles: Sequence[engine.Profile]) -> dict[str, Any]:
    """Pairs to review by band, from some of the new rows compared with every report; nothing is stored."""
    step = max(1, len(profiles) / SAMPLE)
    chosen = [profiles[int(place * step)] for place in range(min(SAMPLE, len(profiles)))]
    sample = [ListEntry(profile=profile.to_bytes()) for profile in chosen]
    measured_by = yardstick.in_force()
    judged = judging.judge_entries(sample, measured_by)
    said = rivalry.divide(judged.proposals, {}, (), measured_by.curves)
    bands = Counter(proposal.ranked.band for proposal in said.values())
    return {"sampled": len(sample), "of": len(profiles), "bands": dict(bands)}
