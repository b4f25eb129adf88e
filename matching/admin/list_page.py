"""What the page of a list shows: from the stored preview, in the reader's language."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from familylink.damage import in_words, opens
from matching import lists, lists_intake, staging
from matching.admin.list_forms import FIELD_NAMES, ReadAsForm
from matching.models import Band, ListEntry, ListState, RefusedRow, SourceList
from matching.news.after_wave import LAPSES_AFTER
from matching.progress import list_progress, progress_of, progress_of_rows

REFUSED_SHOWN = TOO_COMMON_SHOWN = STUCK_SHOWN = 100


def shown_list(source_list: SourceList) -> dict[str, Any]:
    """Everything of matching/list_page.html."""
    preview = source_list.preview or {}
    language = page_language()
    of_rows = progress_of_rows(source_list)
    whole = progress_of(source_list)
    return {
        "progress": whole,
        "of_rows": of_rows,
        "under_way": of_rows or whole,
        "work": list_progress(source_list),
        "replacement": source_list.replacements.filter(committed_at__isnull=False).first(),
        "refusal": staging.refusal_sentence(preview["refusal"], language) if "refusal" in preview else "",
        "refusal_code": preview.get("refusal", {}).get("code"),
        "known": _known(preview),
        **_what_it_holds(preview, language),
        **_refused(source_list, language),
        "stuck": _stuck(source_list),
        "too_common": ListEntry.objects.too_common().filter(source_list=source_list)[:TOO_COMMON_SHOWN],
        **_compared(preview),
        "reading_form": _reading_form(source_list, preview),
    }


def _stuck(source_list: SourceList) -> Iterable[ListEntry]:
    run = source_list.runs.first()
    return run.stuck_entries()[:STUCK_SHOWN] if run is not None else ()


def page_language() -> str:
    """The language of the page, as the readers and the engine name it."""
    return (get_language() or "uk")[:2]


def layouts_of(source_list: SourceList) -> list[lists.Recognition]:
    """The columns of all sheets as they are now taken."""
    return [staging.recognition_of(kept) for kept in (source_list.preview or {}).get("layouts", [])]


def _known(preview: dict[str, Any]) -> SourceList | None:
    known = preview.get("refusal", {}).get("known")
    return SourceList.objects.filter(pk=known).first() if known else None


def _what_it_holds(preview: dict[str, Any], language: str) -> dict[str, Any]:
    layouts = [staging.recognition_of(kept) for kept in preview.get("layouts", [])]
    remarks = [staging.remark_of(kept) for kept in preview.get("remarks", [])]
    skipped = [lists.Skipped(**kept) for kept in preview.get("skipped", [])]
    return {
        "sheets": [_sheet(layout, language) for layout in layouts],
        "has_ages": any(column.field == "age" for layout in layouts for column in layout.columns),
        "fields": FIELD_NAMES,
        "notes": [lists.Saying(**note).sentence(language) for note in preview.get("notes", [])],
        "people": [staging.row_of(kept) for kept in preview.get("people", [])],
        "people_count": preview.get("people_count", 0),
        "remarks": [remark.sentence(language) for remark in remarks],
        "remark_count": preview.get("remark_count", 0),
        "skipped": [(line, line.sentence(language)) for line in skipped],
        "skipped_count": preview.get("skipped_count", 0),
    }


def _sheet(layout: lists.Recognition, language: str) -> dict[str, Any]:
    columns = [
        {
            "index": column.index,
            "title": column.title(),
            "field": column.field,
            "samples": column.samples,
            "reason": column.reason(language),
        }
        for column in layout.columns
    ]
    name, begins = lists.sheet_and_line(layout.sheet)
    return {"name": name, "begins": begins, "header_line": layout.header_line, "columns": columns}


def _refused(source_list: SourceList, language: str) -> dict[str, Any]:
    waiting = source_list.refused_rows.waiting()
    held = waiting.filter(code__in=lists.NOT_RELEASED)
    unread = waiting.exclude(code__in=lists.NOT_RELEASED)
    put_right = list(source_list.refused_rows.put_right().select_related("corrected_by"))
    typed = [(row, row.people if opens(row, "correction") else None) for row in put_right]
    return {
        "unread": _with_reasons(unread, language),
        "unread_count": unread.count(),
        "held": _with_reasons(held, language),
        "held_count": held.count(),
        "told_within_days": LAPSES_AFTER.days,
        "put_right": [(row, _typed_names(row, people)) for row, people in typed],
        "corrected_count": sum(len(people or ()) for _, people in typed),
        "aside": source_list.refused_rows.set_aside()[:REFUSED_SHOWN],
        "may_correct": source_list.state in (ListState.RECEIVED, ListState.COMMITTED),
    }


def _with_reasons(rows: QuerySet[RefusedRow], language: str) -> list[tuple[RefusedRow, str]]:
    return [(row, " ".join(lists_intake.reasons_of(row, language))) for row in rows[:REFUSED_SHOWN]]


def _typed_names(row: RefusedRow, people: list[dict[str, Any]] | None) -> list[str]:
    """Whoever commits reads what a colleague typed."""
    return [in_words(row)] if people is None else [" ".join(filter(None, each["cells"])) for each in people]


def _compared(preview: dict[str, Any]) -> dict[str, Any]:
    difference = preview.get("difference")
    return {
        "difference": difference,
        "twice": preview.get("twice"),
        "elsewhere": _elsewhere(preview),
        "work_to_come": _work(preview.get("work")),
        "removed": _entries(difference["removed"]) if difference else [],
        "changed": _changed(difference["changed"]) if difference else [],
        "added": [staging.row_of(kept) for kept in difference["added"]] if difference else [],
        "not_shown": _not_shown(difference) if difference else {},
    }


def _not_shown(difference: dict[str, Any]) -> dict[str, int]:
    """The first of each are kept: whoever commits must see that there are more."""
    numbers = difference["numbers"]
    return {name: numbers[name] - len(difference[name]) for name in ("removed", "changed", "added")}


def _elsewhere(preview: dict[str, Any]) -> list[tuple[SourceList, int]]:
    counts = {found["list"]: found["count"] for found in preview.get("elsewhere", [])}
    others = SourceList.objects.select_related("wave__exchange").filter(pk__in=counts)
    return [(other, counts[str(other.pk)]) for other in others]


def _entries(ids: list[str]) -> list[ListEntry]:
    return list(ListEntry.objects.filter(pk__in=ids))


def _changed(kept: list[dict[str, Any]]) -> list[tuple[ListEntry | None, lists.PersonRow]]:
    before = ListEntry.objects.in_bulk([uuid.UUID(each["entry"]) for each in kept])
    return [(before.get(uuid.UUID(each["entry"])), staging.row_of(each["row"])) for each in kept]


def _work(work: dict[str, Any] | None) -> dict[str, Any] | None:
    """Pairs to expect by band; from a sample, with the range that 95 of 100 such samples would give."""
    if not work or not work["sampled"]:
        return None
    scale = work["of"] / work["sampled"]
    bands = [
        {
            "title": band.label,
            "pairs": round(found * scale),
            "least": round(max(0.0, found - 2 * (found + 1) ** 0.5) * scale),
            "most": round((found + 2 * (found + 1) ** 0.5) * scale),
        }
        for band in Band
        for found in [work["bands"].get(band.value, 0)]
    ]
    return {**work, "bands": bands, "is_whole": work["sampled"] == work["of"]}


def _reading_form(source_list: SourceList, preview: dict[str, Any]) -> ReadAsForm:
    read_as = (source_list.reading or {}).get("read_as", {})
    return ReadAsForm(initial=read_as, sheet_names=preview.get("sheet_names", []))
