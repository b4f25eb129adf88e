"""Anybody who may stops sending at once; two different people let it go on, and the database insists on both."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from familylink.reports import contact_codes
from familylink.reports.models import Contact, Report, ToldHow
from notifications import recovery, switches
from notifications.models import Attempt, Notification, SendingSwitch
from notifications.transports import memory
from tests.factories import a_member_of_staff, a_report

from .conftest import let_sending_go_on, owe, state

pytestmark = pytest.mark.django_db


def a_keeper(name: str) -> User:
    keeper = User.objects.create_user(name, is_staff=True)
    keeper.user_permissions.add(Permission.objects.get(codename="change_sendingswitch"))
    return keeper


def test_one_person_alone_does_not_let_sending_go_on() -> None:
    switches.stop("all", reason="drill")
    lesia = a_keeper("lesia")
    assert not switches.resume("all", by=lesia)
    with pytest.raises(switches.SamePerson):
        switches.resume("all", by=lesia)
    assert switches.stopped() == ["all"]


def test_a_switch_thrown_again_forgets_who_was_about_to_let_it_go_on() -> None:
    switches.stop("all", reason="drill")
    switches.resume("all", by=a_keeper("lesia"))
    switches.stop("all", reason="another fright")
    assert not switches.resume("all", by=a_keeper("taras"))


@pytest.mark.parametrize("names", [(), ("lesia",), ("lesia", "lesia")])
def test_the_database_lets_nothing_go_on_without_two_people(names) -> None:
    switches.stop("all", reason="drill")
    who = [User.objects.get_or_create(username=name)[0] for name in names] + [None, None]
    with pytest.raises(IntegrityError, match="two different people"), transaction.atomic():
        SendingSwitch.objects.update(is_on=True, resumed_first=who[0], resumed_second=who[1])


def test_the_database_does_not_forget_a_thrown_switch() -> None:
    switches.stop("all", reason="drill")
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        SendingSwitch.objects.filter(scope="all").delete()


@pytest.mark.parametrize("scope", ["", "everything", "message:", "template:news", "batch:", "telegram"])
def test_what_names_nothing_is_refused_instead_of_stopping_nothing(scope: str) -> None:
    with pytest.raises(switches.UnknownScope):
        switches.stop(scope, reason="drill")
    with pytest.raises(CommandError):
        call_command("sending", "off", scope)


def test_the_command_line_stops_and_two_named_people_let_go_on(capsys) -> None:
    owed = owe()
    call_command("sending", "off", "message:report_received", reason="a wrong word")
    recovery.sweep()
    assert (state(owed), memory.sent) == ("queued", [])
    for name in ("lesia", "taras"):
        a_keeper(name)
        call_command("sending", "on", "message:report_received", by=name)
    recovery.sweep()
    assert state(owed) == "accepted"
    assert "a second, different person" in capsys.readouterr().out


def test_the_command_line_knows_only_those_who_may_use_the_switch() -> None:
    switches.stop("all", reason="drill")
    User.objects.create_user("clerk", is_staff=True)
    for name in ("", "nobody", "clerk"):
        with pytest.raises(CommandError):
            call_command("sending", "on", "all", by=name)


def test_a_stranger_who_asks_for_codes_by_the_thousand_stops_no_news_and_no_code_of_a_family(
    settings,
) -> None:
    family = "+380501234500"
    owe(to=family)
    recovery.sweep()
    settings.MAX_PER_HOUR = 3
    flood = [
        owe(message="contact_code", context={"code": "123456"}, to=f"+3805099999{n:02}") for n in range(6)
    ]
    recovery.sweep()
    assert sorted(map(state, flood)) == ["accepted"] * 3 + ["queued"] * 3
    assert not switches.stopped()
    news, code = owe(to="+380501234501"), owe(message="contact_code", context={"code": "123456"}, to=family)
    recovery.sweep()
    assert [state(news), state(code)] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("source", "leaves"),
    [(Report.Source.STAFF, True), (Report.Source.IMPORT, True), (Report.Source.WEB, False)],
)
def test_in_a_flood_of_codes_a_family_that_our_staff_knows_gets_its_first_one(
    settings, source, leaves
) -> None:
    report = a_report(confirmed=False)
    settings.MAX_PER_HOUR = Attempt.objects.count()
    Report.objects.filter(pk=report.pk).update(
        source=source, entered_by=a_member_of_staff(), told_how=ToldHow.PHONE
    )
    contact_codes.send_code(Contact.objects.get(report=report))
    recovery.sweep()
    assert [state(code) for code in Notification.objects.filter(message="contact_code")] == [
        "accepted" if leaves else "queued"
    ]


def test_more_calls_in_an_hour_than_any_wave_needs_throw_the_switch(settings) -> None:
    settings.MAX_PER_HOUR = 2
    rows = [owe(to=f"+3805012345{n:02}") for n in range(4)]
    recovery.sweep()
    assert len(memory.sent) == 2
    assert switches.stopped() == ["all"]
    assert sorted(map(state, rows)) == ["accepted", "accepted", "queued", "queued"]
    settings.MAX_PER_HOUR = 10
    let_sending_go_on()
    recovery.sweep()
    assert len(memory.sent) == 4
