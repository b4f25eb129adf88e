"""`manage.py release_held`: let out what was held while sending was off; nothing does so by itself."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications import releasing


class Command(BaseCommand):
    help = "Queue the messages that were held while sending was off; older ones wait for a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=24, help="how old a message may be (24)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            queued, old = releasing.release_held(posted_within=timedelta(hours=options["hours"]))
        except releasing.SendingIsOff:
            raise CommandError("Sending is off: FAMILYLINK_SENDING is not exactly 'send'.") from None
        self.stdout.write(f"{queued} queued, {old} held for too long and waiting for a person")
        if busy := releasing.held_for().count():
            self.stdout.write(f"{busy} still held: a worker is busy with them; run this again")
