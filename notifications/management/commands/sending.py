"""`manage.py sending off all --reason "..."`: the switch, also when the web is down."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notifications import outbox
from notifications.models import SendingSwitch


class Command(BaseCommand):
    help = "Show, stop or resume sending."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status", "off", "on"])
        parser.add_argument("scope", nargs="?", default="all", choices=SendingSwitch.Scope.values)
        parser.add_argument("--reason", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] != "status":
            outbox.turn(options["scope"], on=options["what"] == "on", reason=options["reason"])
        stopped = sorted(SendingSwitch.stopped_channels())
        self.stdout.write(f"stopped: {', '.join(stopped)}" if stopped else "nothing is stopped")
