"""`manage.py reconcile`: the providers' own lists beside ours, now. Exit 1 if they differ."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications import reconcile


class Command(BaseCommand):
    help = "Compare what the providers say they sent with what we know; settle what their lists prove."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=48, help="how far back (48)")

    def handle(self, *args: Any, **options: Any) -> None:
        results = reconcile.reconcile(options["hours"])
        for one in results:
            self.stdout.write(
                f"{one.transport}: {one.theirs} on its list, {one.foreign} not ours, "
                f"{one.missing} of ours not on it, {one.settled} settled by it"
            )
        if any(one.foreign or one.missing for one in results):
            raise CommandError("The lists differ.")
