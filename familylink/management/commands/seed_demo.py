"""The invented demo that `make run` starts with."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db.models.functions import Now

from familylink.demo import people
from familylink.reports.models import Contact
from matching import lists_intake
from matching.models import ListState


class Command(BaseCommand):
    help = "Fill an empty, bare service with an invented exchange, families and staff. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the demo staff's log-ins")

    def handle(self, **options: Any) -> None:
        people.refuse_real_service()
        logins = settings.STATE_DIR / "logins"
        if not options["logins"]:
            self._seed()
        passwords = people.make_staff(logins) if not logins.exists() else people.known_logins(logins)
        self.stdout.write("Demo log-ins (two different people must decide each pair):")
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<10} {password:<14} {', '.join(people.STAFF[name])}")

    def _seed(self) -> None:
        people.make_staff(settings.STATE_DIR / "logins")
        people.file_reports()
        # Only here: nobody is at these invented phones to type a code in.
        Contact.objects.filter(confirmed_at=None).update(confirmed_at=Now())
        source_list = people.receive_wave_list(people.make_wave(), User.objects.get(username="iryna"))
        if source_list.state == ListState.RECEIVED:
            lists_intake.commit_list(source_list.pk, by=source_list.received_by)
