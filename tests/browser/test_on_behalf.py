"""The desk's way in for what a family tells by telephone: as staff walk it, and within the rules of accessibility."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from familylink.reports.models import Report
from tests.browser import family
from tests.browser.axe import ALL, violations
from tests.browser.views import follow, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_told_by_telephone_is_entered_and_read_back(desk: Callable[..., Page]) -> None:
    page = desk("intake")
    page.goto("/admin/reports/report/add/")
    shoot(page, "on behalf begin")
    assert violations(page, ALL) == []
    follow(page.locator(".desk-button"))
    for question in family.walk_questions(page, "uk"):
        if question.slug == "consent":
            shoot(page, "on behalf consent")
            assert violations(page, ALL) == []
    family.send(page)
    report = Report.objects.get()
    expect(page).to_have_url(f"{page.url.split('/admin/')[0]}/admin/reports/report/{report.pk}/change/")
    expect(page.get_by_text(report.code_word).first).to_be_visible()
    shoot(page, "on behalf report")
    assert violations(page, ALL) == []
