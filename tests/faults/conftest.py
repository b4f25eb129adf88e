"""A broker of the test's own, processes that end with the test, and sending on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

import familylink.celery
from familylink import embedded
from tests.faults import table
from tests.faults.phones import Phones
from tests.faults.processes import Processes


@pytest.fixture(scope="session")
def broker_state() -> Iterator[Path]:
    """A state folder with nothing but a Valkey, which tests may empty, stop and kill."""
    with embedded.temporary_state("fault-tests") as folder:
        yield folder


@pytest.fixture
def broker(broker_state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty broker, for this process and for all that it starts; its address."""
    embedded.start(broker_state, only=["valkey"], lasting=False)
    url = embedded.redis_url(0, broker_state)
    monkeypatch.setenv("REDIS_URL", url)
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_WRITE_URL", "CELERY_BROKER_READ_URL"):
        monkeypatch.setenv(name, embedded.broker_url(url))
    empty(url)
    forget_the_failure()
    yield url
    forget_the_failure()


@pytest.fixture
def processes(broker: str, tmp_path: Path, transactional_db: None, settings: Any) -> Iterator[Processes]:
    """Starts workers and beats; whatever the test leaves running is killed before its tables are emptied."""
    settings.SENDING = "send"
    started = Processes(tmp_path)
    yield started
    started.end()


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    """The families' phones and mailboxes behind a simulated provider."""
    simulator = Phones(tmp_path / "phones.jsonl")
    yield simulator
    simulator.end()


@pytest.fixture
def other_phones(tmp_path: Path) -> Iterator[Phones]:
    """The same families behind another provider."""
    simulator = Phones(tmp_path / "other-phones.jsonl")
    yield simulator
    simulator.end()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`make faults` ends with the table."""
    if table.IS_FULL:
        for line in table.lines():
            terminalreporter.write_line(line)


def empty(url: str) -> None:
    """FLUSHALL: the broker forgets everything at once."""
    with redis.Redis.from_url(url) as client:
        client.flushall()


def forget_the_failure() -> None:
    """As in a process that has not met the broker yet: one that failed is left alone for a while."""
    familylink.celery._broker_failed_at = float("-inf")
