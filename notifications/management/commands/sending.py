"""`manage.py sending off all --reason "..."`: the switch, also when the web is down."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from notifications import switches


class Command(BaseCommand):
    help = "Show or stop sending; two people let it go on, each by a command of their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status", "off", "on"])
        parser.add_argument(
            "scope", nargs="?", default="all", help="all, sms, email, message:news, batch:..."
        )
        parser.add_argument("--reason", default="command line")
        parser.add_argument("--by", default="", help="user name; needed for 'on'")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = str(options["scope"])
        if options["what"] == "off":
            self._stop(scope, options)
        elif options["what"] == "on":
            self._resume(scope, str(options["by"]))
        stopped = switches.stopped()
        self.stdout.write(f"stopped: {', '.join(stopped)}" if stopped else "nothing is stopped")

    def _stop(self, scope: str, options: dict[str, Any]) -> None:
        try:
            switches.stop(scope, reason=options["reason"], by=_member_of_staff(options["by"]))
        except switches.UnknownScope:
            raise CommandError(str(switches.UnknownScope.__doc__)) from None

    def _resume(self, scope: str, name: str) -> None:
        by = _member_of_staff(name)
        if by is None or not by.has_perm("notifications.change_sendingswitch"):
            raise CommandError("--by must name somebody who may use the switch.")
        try:
            if not switches.resume(scope, by=by):
                self.stdout.write("recorded; a second, different person must say the same")
        except switches.SamePerson:
            raise CommandError(str(switches.SamePerson.__doc__)) from None


def _member_of_staff(name: str) -> User | None:
    return User.objects.filter(username=name, is_active=True, is_staff=True).first() if name else None
