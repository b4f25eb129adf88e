"""Count how common names are among the reports, on the command line."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matching import name_counts


class Command(BaseCommand):
    help = (
        "Count the names among the reports if the last count is outdated, however few there are. "
        "Goes on where a count was stopped; the service does the same by the clock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slice", type=int, default=name_counts.AT_ONCE, help="persons to a transaction")

    def handle(self, *, slice: int, **options: Any) -> None:  # noqa: A002 -- the option's name
        slices = 0
        while name_counts.count_next(at_once=slice, least_persons=1):
            slices += 1
            print(f"{slices * slice} persons and more", file=sys.stderr)
        latest = name_counts.latest()
        if latest is None:
            self.stdout.write("No names have been counted.")
        else:
            day = f"{latest.published_at:%Y-%m-%d %H:%M}"
            self.stdout.write(f"Count {latest.pk} of {day}: {latest.person_count} persons.")
