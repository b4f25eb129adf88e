"""The staff's pages keep the rules of accessibility, light and dark."""

from collections.abc import Callable, Iterator
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db.models import Model
from playwright.sync_api import BrowserContext, Page

from familylink.reports.models import Report
from matching.models import Match, SourceList
from notifications.models import Notification, SunkMessage
from tests import factories
from tests.browser import staff
from tests.browser.axe import violations
from tests.browser.views import shoot
from tests.faults.scenery import approve_all, matched_families

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Row = TypeVar("Row", bound=Model)

PROBLEMS = ("Дремлюк Павло Савич;31.02.1990", ";05.06.1991")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_desk_keeps_the_rules_of_accessibility(
    desk: Callable[..., Page], window: Callable[..., BrowserContext], scheme: str
) -> None:
    outside = window(color_scheme=scheme).new_page()
    outside.goto("/admin/")
    found = looked_at(outside, "sign-in", scheme)
    page = desk("reviewers", "importers", color_scheme=scheme)
    for place in walk(page):
        found += looked_at(page, place, scheme)
    assert not found, "\n".join(found)


def looked_at(page: Page, place: str, scheme: str) -> list[str]:
    assert ("dark" in (page.get_attribute("html", "class") or "").split()) == (scheme == "dark")
    shoot(page, f"desk-{place}-{scheme}")
    return [f"{place}: {line}" for line in violations(page)]


def walk(page: Page) -> Iterator[str]:
    """Goes from page to page; each time it stops it tells where."""
    matched_families(3)
    yield from visited(page, before_the_verdicts())
    staff.fill_and_read_nothing(page)
    yield "receive with mistakes"
    approve_all()
    yield from visited(page, after_the_verdicts())


def visited(page: Page, paths: dict[str, str]) -> Iterator[str]:
    for name, path in paths.items():
        page.goto(f"/admin/{path}")
        yield name


def before_the_verdicts() -> dict[str, str]:
    committed, match, report = SourceList.objects.get(), first(Match), first(Report)
    pair = f"report={report.reference}&source_list={committed.pk}&row="
    received = factories.a_received_list(factories.SON_ON_LIST, *PROBLEMS, wave=committed.wave)
    return {
        "dashboard": "",
        "queue": "matching/match/",
        "pair": f"matching/match/{match.pk}/change/",
        "waves": "matching/wave/",
        "wave": f"matching/wave/{committed.wave_id}/change/",
        "exchange": "matching/exchange/add/",
        "lists": "matching/sourcelist/",
        "list received with problems": f"matching/sourcelist/{received.pk}/change/",
        "list committed": f"matching/sourcelist/{committed.pk}/change/",
        "reports": "reports/report/",
        "report": f"reports/report/{report.pk}/change/",
        "person": f"reports/missingperson/{report.missing_person_id}/change/",
        "receive": "matching/sourcelist/add/",
        "why not": f"matching/match/why-not/?{pair}2",
        "why not, with a mistake": f"matching/match/why-not/?{pair}99",
    }


def after_the_verdicts() -> dict[str, str]:
    match, message = first(Match), first(Notification)
    SunkMessage.objects.create(attempt_reference=uuid4(), channel="sms", to=message.to, body=message.body)
    return {
        "pair decided": f"matching/match/{match.pk}/change/",
        "messages": "notifications/notification/",
        "message": f"notifications/notification/{message.pk}/change/",
        "sink": "notifications/sunkmessage/",
    }


def first(model: type[Row]) -> Row:
    row: Row | None = model._default_manager.first()
    assert row
    return row
