"""Receive and commit a list from the command line, as the desk does on its page."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching import lists, lists_intake, staging
from matching.models import Exchange, ListKind, ListState, Reliability, SourceList, Wave
from matching.models.source_list import REFUSED
from matching.progress import progress_of

IDLE = (
    "Nothing has moved for {seconds:.0f} s, at {at}: is a worker running (celery -A familylink worker), and is "
    "nothing stopped or stuck on the page of list {list}? What is received stays, and the next worker takes it up: "
    "do not send the file again."
)


class Command(BaseCommand):
    help = "Receive FILE as a list about a wave and commit it; workers then match it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--wave", required=True, help="a wave's number, or EXCHANGE:STAGE (made if new)")
        parser.add_argument("--source", default="command line")
        parser.add_argument("--kind", choices=ListKind.values, default=ListKind.RELEASED)
        parser.add_argument(
            "--reliability", choices=Reliability.values, required=True, help="of the released only A or B"
        )
        parser.add_argument("--wait", action="store_true", help="until the matching has finished")

        parser.add_argument(
            "--patience",
            type=float,
            default=120.0,
            help="seconds without any progress before it gives up (120)",
        )

    def handle(self, *, file: Path, wave: str, **options: Any) -> None:
        source_list = _receive(file, _wave(wave), options)
        self._patience_s = options["patience"]
        self._wait_for(source_list, ListState.READING)
        self._say_what_is_wrong(source_list)
        try:
            lists_intake.commit_list(source_list.pk, by=None)
        except lists_intake.NothingToCommit as error:
            raise CommandError("No row could be read: nothing was committed.") from error
        self._wait_for(source_list, ListState.COMMITTING)
        self.stdout.write(f"{source_list.entry_count} people committed as list {source_list.pk}.")
        if options["wait"]:
            self._wait(source_list)

    def _wait_for(self, source_list: SourceList, passing: ListState) -> None:
        """A large list is read and written by the workers."""

        def look() -> tuple[object, str] | None:
            source_list.refresh_from_db()
            if source_list.state != passing:
                return None
            # Who reads keeps the lease, also before the first row.
            moves = source_list.rows_done, source_list.lease_until
            return moves, f"{source_list.rows_done} of {source_list.rows_total}"

        self._watch(source_list, look)

    def _watch(self, source_list: SourceList, look: Callable[[], tuple[object, str] | None]) -> None:
        """Say each second how far it is, until `look` returns None. Where no worker is, say that and end."""
        last, since = object(), time.monotonic()
        while (now := look()) is not None:
            moves, words = now
            if moves != last:
                last, since = moves, time.monotonic()
            if (still := time.monotonic() - since) >= self._patience_s:
                raise CommandError(IDLE.format(seconds=still, at=words, list=source_list.pk))
            self.stdout.write(words)
            time.sleep(min(1.0, self._patience_s))

    def _say_what_is_wrong(self, source_list: SourceList) -> None:
        preview = source_list.preview
        if source_list.state in REFUSED:
            why = staging.refusal_sentence(preview["refusal"], "en")
            raise CommandError(why or str(ListState(source_list.state).label))
        for refused in source_list.refused_rows.all():
            for problem in staging.problems_of(refused.problem):
                self.stderr.write(problem.discreet("en"))

    def _wait(self, source_list: SourceList) -> None:
        def look() -> tuple[object, str] | None:
            now = progress_of(source_list)
            if now is None or now.is_finished:
                return None
            left = f", {now.time_left.seconds} s left" if now.time_left else ""
            return now.done, f"{now.done} of {now.total}, {now.rate:.0f} a second{left}"

        self._watch(source_list, look)
        if now := progress_of(source_list):
            self.stdout.write(
                f"Finished: {now.candidates} pairs compared, {now.matches} proposed for review."
            )


def _wave(text: str) -> Wave:
    if text.isdecimal():
        wave = Wave.objects.filter(pk=int(text)).first()
        if wave is None:
            raise CommandError(f"There is no wave {text}.")
        return wave
    name, _, stage = text.rpartition(":")
    if not name or not stage.isdecimal():
        raise CommandError("--wave is a wave's number, or EXCHANGE:STAGE, for example 'May:1'.")
    exchange, _created = Exchange.objects.get_or_create(name=name)
    wave, _created = Wave.objects.get_or_create(
        exchange=exchange, stage=int(stage), defaults={"occurred_on": timezone.localdate()}
    )
    return wave


def _receive(file: Path, wave: Wave, options: dict[str, Any]) -> SourceList:
    try:
        return lists_intake.receive_list(
            wave=wave,
            source_name=options["source"],
            kind=options["kind"],
            reliability=options["reliability"],
            filename=file.name,
            content=file.read_bytes(),
            by=None,
        )
    except OSError as error:
        raise CommandError(f"{file.name} cannot be read: {error.strerror}") from error
    except lists_intake.NotTrusted as error:
        raise CommandError("Only a list with reliability A or B may be one of the released.") from error
    except lists.Unreadable as unreadable:
        raise CommandError(unreadable.sentence("en")) from unreadable
    except lists_intake.AlreadyReceived as received:
        raise CommandError(f"This file was already received as list {received.known.pk}.") from received
