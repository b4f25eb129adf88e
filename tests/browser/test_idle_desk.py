"""A desk that was left closes by itself, with a warning before, and gives back what was typed."""

import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from familylink.idle import SITTING
from tests import factories
from tests.browser import staff
from tests.browser.axe import violations
from tests.browser.views import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTES = 60


def was_last_seen(page: Page, minutes: int) -> None:
    """The service takes the desk for one that was left so long ago; the page asks it once a minute."""
    session = Session.objects.get()
    store = session.get_session_store_class()(session.session_key)
    began_at, _seen_at = store[SITTING]
    store[SITTING] = [began_at, time.time() - minutes * MINUTES]
    store.save()
    page.clock.fast_forward("01:01")


def test_whoever_is_still_there_says_so_and_whoever_has_gone_finds_their_work_again(
    desk: Callable[..., Page],
) -> None:
    match, user = factories.a_match(), factories.a_member_of_staff("reviewers")
    page = desk(user=user)
    page.clock.install()
    address = f"/admin/matching/match/{match.pk}/change/"
    page.goto(address)
    page.keyboard.press("u")
    page.fill("#id_note", "подзвоню частині вранці")
    was_last_seen(page, 26)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_visible()
    shoot(page, "desk-idle-warning")
    assert violations(page) == []
    page.keyboard.press("x")
    expect(staff.same_button(page)).not_to_be_checked()
    page.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    with page.expect_navigation(url=lambda url: "/admin/login/" in url):
        was_last_seen(page, 31)
    page.fill("#id_username", user.username)
    page.fill("#id_password", "a-long-password")
    with page.expect_navigation(url=lambda url: address in url):
        page.press("#id_password", "Enter")
    expect(page.locator("#id_note")).to_have_value("подзвоню частині вранці")
    expect(page.locator("[data-key=u] input").first).to_be_checked()
    page.goto("/admin/")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kept:'))") == []
