"""Invented families, lists and staff, brought in by the same doors as real ones."""

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models.functions import Now

from familylink.reports import intake
from familylink.reports.models import Channel, Contact, MissingPerson, Report
from matching import lists_intake, staging, waves
from matching.engine import BirthDate, Name, Person
from matching.models import Exchange, ListKind, Match, MatchRun, Reliability, SourceList, Wave

_numbers = itertools.count(1)

SON = {"surname": "Вересняк", "given": "Олександр", "patronymic": "Миколайович", "birth": "1987-03-12"}
HEADING = "ПІБ;Дата народження"
SON_ON_LIST = "Вересняк Александр Николаевич;12.03.1987"


def a_person(surname: str, given: str, patronymic: str = "", birth: str = "", **facts: str) -> Person:
    return Person((Name(surname, given, patronymic),), BirthDate.parse(birth), **facts)


def a_report(
    *,
    phone: str = "+380990000001",
    email: str = "",
    confirmed: bool = True,
    language: str = "uk",
    circumstances: str = "",
    **person: str,
) -> Report:
    """A family's report about their son unless told otherwise, its contacts confirmed."""
    addresses = {Channel.SMS: phone, Channel.EMAIL: email}
    report = intake.file_report(
        intake.Told(
            person=a_person(**{**SON, **person}),
            relation="mother",
            language=language,
            reporter_name="Вереснякова Ніна",
            circumstances=circumstances,
            addresses=[(channel, address) for channel, address in addresses.items() if address],
            consents=intake.REQUIRED,
        )
    )
    if confirmed:
        Contact.objects.filter(report=report).update(confirmed_at=Now())
    return report


def a_wave(**facts: Any) -> Wave:
    number = next(_numbers)
    exchange = Exchange.objects.create(name=f"Обмін {number}")
    return Wave.objects.create(exchange=exchange, **{"occurred_on": dt.date(2026, 5, 24), **facts})


def a_received_list(
    *rows: str,
    kind: str = ListKind.RELEASED,
    wave: Wave | None = None,
    heading: str = HEADING,
    filename: str = "list.csv",
    encoding: str = "utf-8",
    replaces: MatchRun | None = None,
) -> SourceList:
    """A list of these rows (name;birth date), received and not committed; or a new version of one committed."""
    earlier = replaces.source_list if replaces else None
    content = "\n".join([heading, *(rows or [SON_ON_LIST])])
    return lists_intake.receive_list(
        wave=earlier.wave if earlier else wave or a_wave(),
        source_name="Штаб",
        kind=kind,
        reliability=Reliability.A,
        filename=filename,
        content=content.encode(encoding),
        by=None,
        supersedes=earlier,
    )


def a_committed_list(*rows: str, **facts: Any) -> MatchRun:
    return commit(a_received_list(*rows, **facts))


def commit(source_list: SourceList) -> MatchRun:
    """The run of a list that is committed, a large one by what the workers would do."""
    run = lists_intake.commit_list(source_list.pk, by=None)
    while run is None and staging.write_next_slice():
        pass
    run = run or staging.put_next_in_force()
    assert run
    return run


def match_all() -> None:
    """Do in this process what the workers would."""
    for run_id in MatchRun.objects.unfinished().values_list("pk", flat=True):
        waves.plan_batches(run_id)
    while waves.match_next_batch() or waves.match_next_persons():
        pass


def a_match(*rows: str, report: Report | None = None, **facts: Any) -> Match:
    """The one match of a report and a list."""
    report = report or a_report()
    a_committed_list(*rows, **facts)
    match_all()
    return Match.objects.get(missing_person=report.missing_person)


def a_member_of_staff(*groups: str, name: str = "") -> User:
    user = User.objects.create_user(
        name or f"staff{next(_numbers)}", password="a-long-password", is_staff=True
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def a_reviewer(name: str = "") -> User:
    return a_member_of_staff("reviewers", name=name)


def a_lead(name: str = "") -> User:
    return a_member_of_staff("leads", name=name)


def person_of(report: Report) -> MissingPerson:
    return MissingPerson.objects.get(pk=report.missing_person_id)
