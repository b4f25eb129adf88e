"""A name of a hundred letters pushes nothing off a page of the desk, on a phone, a tablet and a screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from matching.models import Match
from tests import factories
from tests.browser.test_review_desk import CUT_OFF, SIDEWAYS
from tests.browser.views import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SURNAME = "Вересняк" + "ж" * 92
# What the theme lays over a list that is wider than its place.
LIST_IS_CUT_OFF = """() => [...document.querySelectorAll('#changelist .simplebar-content-wrapper')]
    .some(one => one.scrollWidth > one.clientWidth)"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_name_of_a_hundred_letters_pushes_nothing_off_the_page(
    desk: Callable[..., Page], width: int
) -> None:
    factories.a_report(surname=SURNAME)
    factories.a_report(surname=SURNAME, given="Олексій", birth="", phone="+380990000002")
    factories.a_committed_list(f"{SURNAME} Александр Николаевич;12.03.1987", f"{SURNAME} Алексей;")
    factories.match_all()
    page, wide = desk("leads", width=width), []
    for place in ("", "together/", f"{Match.objects.all()[0].pk}/change/"):
        page.goto(f"/admin/matching/match/{place}")
        shoot(page, f"long-name-{place.replace('/', '-')}-{width}")
        if any(page.evaluate(cut) for cut in (SIDEWAYS, CUT_OFF, LIST_IS_CUT_OFF)):
            wide.append(place)
    assert not wide
