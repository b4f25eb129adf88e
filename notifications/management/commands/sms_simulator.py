"""`manage.py sms_simulator`: the same as `python -m notifications.sms_simulator`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications.sms_simulator import __main__ as simulator


class Command(BaseCommand):
    help = (
        "Run the local provider of SMS; --help of `python -m notifications.sms_simulator` lists its options."
    )
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Its options are its own: Django's would only be in the way."""
        simulator.main(argv[2:])

    def handle(self, *args: Any, **options: Any) -> None:
        simulator.main(sys.argv[2:])
