"""`make demo`: one invented wave from files to delivered messages, and a table of what happened."""

import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from familylink.demo import people, play


class Command(BaseCommand):
    help = "Play one invented wave with real workers and print what happened. Exits 1 with the reason."

    def handle(self, **options: Any) -> None:
        people.refuse_real_service()
        people.refuse_real_phones()
        if settings.SENDING != "send":
            raise CommandError("FAMILYLINK_SENDING is not 'send': no message would leave for the sink.")
        call_command("migrate", interactive=False, verbosity=0)
        try:
            self._play()
        except play.DemoFailed as failed:
            raise CommandError(str(failed)) from failed

    def _play(self) -> None:
        people.make_staff(settings.STATE_DIR / "logins")
        staff = {user.username: user for user in User.objects.all()}
        with play.worker():
            self._say("Families file their reports and confirm their phones and mailboxes by code ...")
            play.families_file_and_confirm()
            self._say("A list of the released arrives and is matched ...")
            run = play.list_is_matched(staff["iryna"])
            self._say("Two reviewers decide ...")
            play.two_people_decide(staff["iryna"], staff["bohdan"])
            self._say("The messages go out ...")
            play.messages_arrive()
        self._say("")
        for what, number in play.what_happened(run):
            self._say(f"{what:<45}{number:>6}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        sys.stdout.flush()
