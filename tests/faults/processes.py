"""Real Celery workers and beats against the test's database and a private broker, killed as a machine kills."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import Task
from django.db import connection

from familylink.celery import app
from familylink.embedded.life import signal_at_parents_death

TOP = Path(__file__).resolve().parents[2]
Found = TypeVar("Found")


class Processes:
    """Starts Celery processes and remembers them; `end` leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self._running: list[subprocess.Popen[bytes]] = []
        self._words: dict[int, list[str]] = {}

    def worker(self, *, children: int = 3, beat: bool = False) -> subprocess.Popen[bytes]:
        """A worker with so many pool processes, and a beat inside it if wanted."""
        with_beat = (
            ["--beat", "--scheduler", "celery.beat:Scheduler", "--schedule", os.devnull] if beat else []
        )
        return self._start(
            ["worker", "--concurrency", str(children), "--without-mingle", "--without-gossip", *with_beat]
        )

    def beat(self) -> subprocess.Popen[bytes]:
        """A beat of its own."""
        return self._start(["beat", "--scheduler", "celery.beat:Scheduler", "--schedule", os.devnull])

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9 of the process and all its children at the same moment."""
        self._end_group(process)

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in list(self._running):
            self._end_group(process)

    def revive(self) -> None:
        """Start again what ended by itself, as a supervisor does: a worker may not outlive its broker."""
        for process in [each for each in self._running if each.poll() is not None]:
            self._end_group(process)
            self._start(self._words.pop(process.pid))

    def _end_group(self, process: subprocess.Popen[bytes]) -> None:
        """Also of one that ended by itself: its children may live on, with their sessions in the database."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        self._running.remove(process)

    def last_words(self) -> str:
        """What the newest processes wrote."""
        logs = sorted(self.folder.glob("*.log"))[-2:]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        number = len(list(self.folder.glob("*.log")))
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "familylink", *words]
        with (self.folder / f"{number:03}-{words[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--loglevel", "WARNING"],
                cwd=TOP,
                env={**os.environ, **self._surroundings(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a group of its own, so that one signal kills the children too
                preexec_fn=signal_at_parents_death(signal.SIGTERM),
            )
        self._running.append(process)
        self._words[process.pid] = words
        return process

    def _surroundings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": url_of_database(),
            "DJANGO_SETTINGS_MODULE": "tests.faults.service_settings",
            "FAMILYLINK_SENDING": "send",
        }


def url_of_database() -> str:
    """DATABASE_URL with the name of the database that this test process uses."""
    name = connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def nudge(task: Task[Any, Any]) -> None:
    """What a beat does, at the moment a test wants it."""
    with app.connection_for_write() as broker:
        task.apply_async(connection=broker, retry=False, expires=5)


def until(
    look: Callable[[], Found],
    what: str,
    processes: Processes,
    *,
    meanwhile: Callable[[], object] = lambda: None,
    seconds: float = 120,
) -> Found:
    """Wait for something true, doing `meanwhile` four times a second; fails with the processes' last words."""
    ends_at, next_at = time.monotonic() + seconds, 0.0
    while not (found := look()):
        if time.monotonic() > ends_at:
            pytest.fail(f"no {what} within {seconds:.0f} s\n{processes.last_words()}")
        if time.monotonic() > next_at:
            meanwhile()
            next_at = time.monotonic() + 0.25
        time.sleep(0.01)
    return found
