"""A night at the desk in a real browser, by keys alone: `python -m tests.benchmarks.reviewing`.

PAIRS (200) are read, decided with a reason, some with a note, and the next pair opens by itself. Prints JSON lines: the
machine's seconds for each pair, from the page that stands to the next page that stands, and whether they grow; what a
person takes to think comes on top. Pictures of the first, the middle and the last pair go to FAMILYLINK_SCREENSHOTS.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import browser_setup
from tests.benchmarks.saying import say
from tests.benchmarks.wave import a_database

PAIRS = int(os.environ.get("PAIRS", "200"))
SOME = max(1, PAIRS // 10)  # pairs at the beginning and at the end, whose medians are compared
WITH_NOTE = ("Tab", "note", "Tab")  # from the reason to the note, and on to the button
# What is pressed for one pair after the other: the reason that fits, another one, a brother, doubt, a question.
NIGHT = (
    *(("x",), ("x",), ("x", "2"), ("x",), ("n", "1", *WITH_NOTE)),
    *(("x",), ("x", "3"), ("u", *WITH_NOTE), ("x",), ("f",)),
)
NOTE = "так сказано з обох боків"


def main() -> None:
    os.environ["FAMILYLINK_DEMO_WITHOUT_SECOND_FACTOR"] = "true"
    with a_database(), tempfile.TemporaryDirectory() as folder:
        from tests.browser.site import serving
        from tests.faults.scenery import matched_families

        matched_families(PAIRS + SOME, with_email=False)
        with serving(Path(folder)) as url, a_desk(url) as page:
            page.goto("/admin/matching/match/next/")
            page.locator("#verdict").wait_for()
            spent = [decide(page, number) for number in range(PAIRS)]
        tell(spent)


@contextmanager
def a_desk(url: str) -> Iterator[Any]:
    """A browser's page at which a reviewer is signed in."""
    from django.conf import settings
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import QUIET
    from tests.factories import a_member_of_staff

    client = Client()
    client.force_login(a_member_of_staff("reviewers"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_setup.find(), args=QUIET)
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900}, locale="uk-UA")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        yield context.new_page()
        browser.close()


def decide(page: Any, number: int) -> float:
    """Read the pair, press the keys, and wait until the next one stands; the seconds."""
    from tests.browser.views import shoot, whole

    if number in (0, PAIRS // 2, PAIRS - 1):
        shoot(page, f"night-{number + 1}")
    before, began_at = page.url, time.perf_counter()
    if not page.locator(".desk-pair").inner_text():
        raise RuntimeError(f"nothing stands on {before}")
    for key in NIGHT[number % len(NIGHT)]:
        page.keyboard.type(NOTE) if key == "note" else page.keyboard.press(key)
    with page.expect_navigation(url=lambda url: url != before):
        page.keyboard.press("Enter")
    whole(page)
    page.locator("#verdict").wait_for()
    return time.perf_counter() - began_at


def tell(spent: Sequence[float]) -> None:
    """Whether everything is on record, how long a pair took, and how the last compare with the first."""
    from matching.models import Decision, Question

    first, last = (statistics.median(some) for some in (spent[:SOME], spent[-SOME:]))
    say(
        "pairs reviewed by key in a browser",
        pairs=len(spent),
        verdicts=Decision.objects.count(),
        questions=Question.objects.count(),
        p50_seconds=round(statistics.median(spent), 3),
        p95_seconds=round(sorted(spent)[int(len(spent) * 0.95)], 3),
        slowest_seconds=round(max(spent), 3),
        first_seconds=round(first, 3),
        last_seconds=round(last, 3),
        last_to_first=round(last / first, 2),
    )


if __name__ == "__main__":
    main()
