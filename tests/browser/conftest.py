"""A Chromium, the service as a real web process, a mother's phone, and desks of staff."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as project
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import factories
from tests.browser.site import serving
from tests.faults.processes import Processes

Open = Callable[..., BrowserContext]

PATIENCE_MILLISECONDS = 90_000
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each opens windows of its own."""
    path = os.environ["FAMILYLINK_CHROMIUM"]
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's loop runs in this very thread, and Django takes that for asynchronous code.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service answers."""
    with serving(tmp_path_factory.mktemp("web")) as url:
        yield url


@pytest.fixture
def window(chromium: Browser, address: str, transactional_db: None) -> Iterator[Open]:
    """Opens windows (locale, width, script and whatever Playwright takes); all are closed with the test."""
    opened: list[BrowserContext] = []

    def open_window(
        *, width: int = 1280, script: bool = True, locale: str = "uk-UA", **more: Any
    ) -> BrowserContext:
        size = {"width": width, "height": 740 if width < 700 else 900}
        context = chromium.new_context(
            base_url=address, viewport=size, java_script_enabled=script, locale=locale, **more
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def phone(window: Open) -> Page:
    """A mother's: narrow, and without JavaScript."""
    return window(width=360, script=False).new_page()


@pytest.fixture
def desk(window: Open, address: str) -> Callable[..., Page]:
    """A window in which a new member of these groups is signed in: desk("reviewers", locale="en-GB")."""

    def sit_down(*groups: str, user: User | None = None, **more: Any) -> Page:
        client = Client()
        client.force_login(user or factories.a_member_of_staff(*groups))
        session = client.cookies[project.SESSION_COOKIE_NAME].value
        context = window(**more)
        context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": session, "url": address}])
        return context.new_page()

    return sit_down


@pytest.fixture
def workers(tmp_path: Path, transactional_db: None) -> Iterator[Processes]:
    """A real Celery worker with its beat; nothing of an earlier test is left in its queues."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.flushdb()
    started = Processes(tmp_path)
    started.worker(children=1, beat=True)
    yield started
    started.end()
