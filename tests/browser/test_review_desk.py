"""The review desk as its users have it: by mouse and by key, on a phone, in three languages, light and dark."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from familylink.reports.models import ReportLink
from matching import review
from matching.models import Decision, Match, MatchState
from tests import factories
from tests.browser import staff
from tests.browser.every_desk_page import a_pair_with_everything, of_lists
from tests.browser.views import follow, shoot, words
from tests.faults.scenery import matched_families
from tests.matching.deciding import confirmed, has_left, news, verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Desk = Callable[..., Page]
TWICE = "button => { button.click(); setTimeout(() => button.click(), 150); }"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A table that scrolls by itself hides its last column, in which the verdict stands.
CUT_OFF = (
    "() => [...document.querySelectorAll('.desk-scroll')].some(one => one.scrollWidth > one.clientWidth)"
)
WITH_TABLES = ("dashboard", "why not", "list received with problems", "list committed", "wave", "calibration")


def pair(page: Page, match: Match) -> None:
    page.goto(f"/admin/matching/match/{match.pk}/change/")


def test_the_pair_fits_the_smallest_phone(desk: Desk) -> None:
    page = desk("leads", width=320)
    pair(page, a_pair_with_everything())
    for summary in page.locator("details summary").all():
        summary.click()
    shoot(page, "review-pair-320")
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("locale", ["uk-UA", "ru-RU"])
def test_no_page_of_the_desk_scrolls_sideways_on_the_smallest_phone(desk: Desk, locale: str) -> None:
    match = a_pair_with_everything()
    confirmed(match)
    has_left()
    review.correct(match.pk, by=factories.a_lead(), note="Інший рік")
    page = desk("leads", width=320, locale=locale)
    lists, wide = of_lists(), []
    weak_pair()
    paths = ("matching/match/?show=all", "matching/match/together/", "matching/correction/")
    for path in (*paths, *(lists[place] for place in WITH_TABLES)):
        page.goto(f"/admin/{path}")
        shoot(page, f"phone-{path.replace('/', '-')}-{locale}")
        wide += [path] if page.evaluate(SIDEWAYS) or page.evaluate(CUT_OFF) else []
    assert not wide


def weak_pair() -> None:
    """A pair that may be turned down together with others."""
    factories.a_report(surname="Шевченко", given="Олексій", patronymic="Іванович", birth="")
    factories.a_committed_list("Шевченко Олексій Іванович;")
    factories.match_all()


def test_the_first_screen_holds_both_people_and_each_verdict(desk: Callable[..., Page]) -> None:
    page = desk("reviewers")
    pair(page, factories.a_match())
    table = page.locator(".desk-pair")
    expect(table.locator(".desk-compared").first).to_be_visible()
    box = table.bounding_box()
    assert box
    assert box["y"] + box["height"] < 800


def test_whoever_listens_hears_words_and_no_names_of_icons(desk: Callable[..., Page]) -> None:
    match = a_pair_with_everything()
    page = desk("leads", locale="en-GB")
    for path in ("", "matching/match/?show=all", f"matching/match/{match.pk}/change/"):
        page.goto(f"/admin/{path}")
        expect(page.get_by_role("main")).to_be_visible()
        heard = page.locator("body").aria_snapshot()
        named = [line for line in heard.splitlines() if re.search(r'^ *- \w+ "[^"]*[a-z]_[a-z]', line)]
        assert not named, path
        assert 'navigation "Pages"' in heard


def test_what_was_recorded_is_said_on_the_page_that_follows(desk: Callable[..., Page]) -> None:
    page = desk("reviewers", locale="en-GB")
    pair(page, factories.a_match())
    staff.confirm(page)
    expect(page.get_by_role("status").filter(has_text="A second reviewer must now look")).to_be_visible()


def test_a_pair_is_claimed_decided_and_taken_back_with_the_mouse(desk: Desk) -> None:
    match = factories.a_match()
    page, colleague = desk("reviewers"), desk("reviewers")
    pair(page, match)
    follow(page.locator("button[value=claim]"))
    pair(colleague, match)
    match.refresh_from_db()
    expect(colleague.locator(".desk-alarm").first).to_contain_text(str(match.claimed_by))
    staff.confirm(colleague)
    expect(colleague.locator("body")).to_contain_text(words("A colleague is looking at this pair right now."))
    staff.confirm(page)
    pair(page, match)
    follow(page.locator("button[value=undo]"))
    expect(staff.same_button(page)).to_be_visible()
    match.refresh_from_db()
    assert (match.state, match.revision) == (MatchState.OPEN, 2)


def test_a_double_click_records_a_verdict_once_and_takes_it_back_once(desk: Desk) -> None:
    """Where the line is slow, a second click would be answered that there is nothing to record or to take back."""
    match = factories.a_match()
    page = desk("reviewers")
    sent: list[Route] = []
    page.route(lambda url: url.endswith("/change/"), lambda route: held_if_posted(route, sent))
    for button, state in (("#record", MatchState.AWAITING_SECOND), ("button[value=undo]", MatchState.OPEN)):
        pair(page, match)
        if button == "#record":
            staff.same_button(page).check()
        page.locator(button).evaluate(TWICE)
        page.wait_for_timeout(400)
        assert len(sent) == 1
        with page.expect_navigation():
            sent.pop().continue_()
        match.refresh_from_db()
        assert match.state == state


def test_a_double_click_turns_weak_pairs_down_once(desk: Desk) -> None:
    weak_pair()
    page = desk("reviewers")
    sent: list[Route] = []
    page.route(lambda url: url.endswith("/together/"), lambda route: held_if_posted(route, sent))
    page.goto("/admin/matching/match/together/")
    page.locator("tbody input").first.check()
    page.select_option("#id_reason", "namesake")
    page.locator("button.desk-button-different").evaluate(TWICE)
    page.wait_for_timeout(400)
    assert len(sent) == 1


def held_if_posted(route: Route, sent: list[Route]) -> None:
    """What is posted stays on its way until the test lets it go."""
    if route.request.method == "POST":
        sent.append(route)
    else:
        route.continue_()


def test_a_second_person_agrees_to_a_link_without_writing_why(desk: Desk) -> None:
    """The note beside the button is for whoever declines: a browser must not ask it of whoever agrees."""
    page = desk("reviewers")
    pair(page, a_pair_with_everything())
    follow(page.locator("button[value=confirm_link]"))
    assert ReportLink.objects.get().confirmed_at
    expect(page.get_by_role("status")).to_contain_text(
        words("Linked. Both families are told together, once each.")
    )


def test_the_exact_words_are_on_the_page_before_anybody_confirms(desk: Desk) -> None:
    match = factories.a_match(report=factories.a_report(language="en"))
    page = desk("reviewers")
    pair(page, match)
    shown = page.locator("[aria-labelledby=told-heading] blockquote")
    expect(shown).to_have_attribute("lang", "en")
    [letter] = review.plan(match).letters
    assert " ".join(letter.body.split()) in " ".join((shown.text_content() or "").split())
    staff.confirm(page)
    verdict(match, factories.a_reviewer())
    assert [row.body for row in news()] == [letter.body]


def test_twenty_pairs_are_decided_one_after_the_other_by_key(desk: Desk) -> None:
    """Two keys a pair: the verdict, and Enter; the next one opens by itself, claimed."""
    matched_families(20, with_email=False)
    page = desk("reviewers")
    page.goto("/admin/matching/match/next/")
    for number in range(1, 21):
        expect(page.locator("#verdict")).to_be_visible()
        page.keyboard.press("x")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert Decision.objects.count() == number
    expect(page.locator("body")).to_contain_text(words("Nothing else waits for you in this queue."))
