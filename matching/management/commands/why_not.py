"""Why a report and a list entry are no match, on the command line."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from matching import engine, why_not
from matching.models import ListEntry, SourceList
from matching.yardstick import Yardstick


class Command(BaseCommand):
    help = "Compare the report REFERENCE with the entry LIST:ROW (or LIST:SHEET:ROW) and say what stands between them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="of the report, as the family has it")
        parser.add_argument("entry", help="the list's id, a colon and the row of its file; or the entry's id")

    def handle(self, *, reference: str, entry: str, **options: Any) -> None:
        with translation.override("en"):
            try:
                found = why_not.explain(why_not.find_report(reference), _entry(entry))
            except why_not.NotFound as missing:
                raise CommandError(str(missing.words)) from missing
            self.stdout.write("\n".join(_lines(found)))


def _entry(text: str) -> ListEntry:
    list_id, *sheet, row = text.split(":") if ":" in text else ("", text)
    known = _id(list_id or row)
    if not list_id:
        entry = ListEntry.objects.filter(pk=known).first()
        if entry is None:
            raise why_not.NoSuchEntry
        return entry
    source_list = SourceList.objects.filter(pk=known).first()
    if source_list is None:
        raise CommandError("There is no list with this id.")
    if not row.isdecimal() or len(row) > 9:
        raise CommandError("The row is a number, as in LIST:12 or LIST:SHEET:12.")
    return why_not.find_entry(source_list, int(row), ":".join(sheet))


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise CommandError(
            "A list or an entry is named by its id, as its page has it in the address."
        ) from error


def _lines(found: why_not.Explained) -> list[str]:
    comparison = found.comparison
    lines = [str(found.answer.value), ""]
    for line in comparison.evidence:
        lines.append(f"{line.points:+7.1f}  {line.feature:<11} {line.sentence('en')}")
    lines.append(f"{comparison.points:+7.1f}  together")
    lines += [f"cap: {engine.cap_sentence(code, 'en')}" for code in comparison.caps]
    lines.append(
        f"band: {found.band or 'none'}, probability {found.probability:.3f}, "
        f"place {found.place} of {found.rivals}; {'met' if found.has_met else 'not met'}"
    )
    lines.append(_measured_by(found.measured_by))
    lines += [f"key: {key.words}: {_standing(key)}" for key in found.kinds]
    lines.append(f"stored match: {found.match.get_state_display() if found.match else 'none'}")
    return lines


def _measured_by(measured_by: Yardstick) -> str:
    counted = measured_by.snapshot
    names = "the tables"
    if counted is not None:
        names = f"{counted.person_count} persons on {counted.published_at:%Y-%m-%d}"
    calibration = measured_by.calibration_id or "none"
    versions = f"engine {engine.ENGINE_VERSION}, tables {engine.TABLES_VERSION}"
    return f"{versions}, calibration {calibration}, how common names are: {names}"


def _standing(key: why_not.KeyKind) -> str:
    if key.is_shared:
        return "the same, but shared by too many people" if key.is_too_common else "the same"
    if key.is_compared:
        return "differs"
    if key.person_has and key.entry_has:
        return "not used for these two"
    return "only the missing person has it" if key.person_has else "only the list entry has it"
