"""What every test needs of the service: its static files as they lie in the tree, and a database nobody clings to."""

import gc
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import translation

END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SESSIONS_END_SECONDS = 30.0


def pytest_sessionstart() -> None:
    project.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Slow against whoever guesses: each invented member of staff would cost a quarter of a second.
    PBKDF2PasswordHasher.iterations = 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of collected tests are no garbage: looking through them again and again took a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True)
def _in_the_projects_own_language():
    # A page asked for in another one leaves it behind in this process.
    translation.deactivate()


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings):
    # The manifest that production serves from is made by collectstatic, which a test has no use for.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


@pytest.fixture(autouse=True)
def _no_join_carries_the_files_of_lists():
    """A list's file may be 20 MB: joined to each of its pairs it ends a worker. Every test's queries are looked at."""

    def looked_at(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        assert " JOIN " not in text or '"matching_sourcelist"."content"' not in text, text[:2000]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(looked_at):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test's database, which can be dropped at the end: PostgreSQL notices late that a client was killed."""
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions() -> None:
    """Whoever else is in the test's database is sent away, and gone."""
    ends_at = time.monotonic() + SESSIONS_END_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(END_SESSIONS)
        while cursor.rowcount and time.monotonic() < ends_at:
            time.sleep(0.1)
            cursor.execute(END_SESSIONS)
