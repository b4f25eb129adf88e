"""The staff's pages keep the rules of accessibility, light and dark."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from familylink.reports.models import Report
from matching.models import Match, SourceList
from tests import factories
from tests.browser import staff
from tests.browser.axe import violations
from tests.browser.views import shoot
from tests.faults.scenery import matched_families

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
    for path, name in pages().items():
        page.goto(f"/admin/{path}")
        yield name
    staff.fill_and_read_nothing(page)
    yield "receive with mistakes"


def pages() -> dict[str, str]:
    committed = SourceList.objects.get()
    received = factories.a_received_list(factories.SON_ON_LIST, *PROBLEMS, wave=committed.wave)
    match, report = Match.objects.first(), Report.objects.first()
    assert match
    assert report
    return {
        "": "dashboard",
        "matching/match/": "queue",
        f"matching/match/{match.pk}/change/": "pair",
        "matching/wave/": "waves",
        f"matching/wave/{committed.wave_id}/change/": "wave",
        "matching/exchange/add/": "exchange",
        "matching/sourcelist/": "lists",
        f"matching/sourcelist/{received.pk}/change/": "list received with problems",
        f"matching/sourcelist/{committed.pk}/change/": "list committed",
        "reports/report/": "reports",
        f"reports/report/{report.pk}/change/": "report",
        "notifications/notification/": "messages",
        "notifications/sunkmessage/": "sink",
        "matching/sourcelist/add/": "receive",
    }
