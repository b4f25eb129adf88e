"""The whole service on one machine: servers, web, one worker, beat; stopped together."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import psutil
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from familylink import embedded
from familylink.embedded.life import signal_at_parents_death
from familylink.embedded.watching import Watch
from familylink.supervisor import Service, Supervisor, end_left_over

HOST = "127.0.0.1"
USUAL_PORT = 8000
START_SECONDS = 180.0  # a slow or busy machine imports for a minute
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked us to stop; no `except Exception` on the way may keep it."""


class Command(BaseCommand):
    help = "Start PostgreSQL and Valkey if none are given, web, a worker and beat; Ctrl-C stops them all."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        _stop_with_make()
        for number in STOPPING:
            signal.signal(number, _raise_stopped)
        try:
            with _only_run_here(embedded.state_folder()) as note:
                self._run(note)
        except Stopped:
            pass
        except embedded.ServerError as error:
            raise CommandError(str(error)) from error
        self._say("Stopped. Nothing of it runs any more; the data are kept.")

    def _run(self, note: TextIO) -> None:
        state = embedded.state_folder()
        try:
            self._prepare(state)
            port = _port()
            address = f"http://{HOST}:{port}"
            self._serve(state, address, port, note)
        finally:
            # From here on a further signal must not cut the shutdown short.
            for number in STOPPING:
                signal.signal(number, signal.SIG_IGN)
            note.truncate(0)
            connections.close_all()
            embedded.stop(state)

    def _prepare(self, state: Path) -> None:
        needed = embedded.needed()
        with self._step("servers: " + (", ".join(needed) or "all given by their URLs")):
            embedded.start(state, only=needed)
        end_left_over(state)
        with self._step("database tables"):
            call_command("migrate", interactive=False, verbosity=0)
        with self._step("translations"):
            call_command("compile_translations", stdout=_Nowhere())
        with self._step("static files"):
            _collect_static()
        if _demo_is_due(state):
            with self._step("invented demo"):
                call_command("seed_demo", stdout=_Nowhere())
            (state / "seeded").touch()
        connections.close_all()

    def _serve(self, state: Path, address: str, port: int, note: TextIO) -> None:
        supervisor = Supervisor(
            _services(state, port), ("web", "beat", "worker"), state, _environment(address)
        )
        try:
            with self._step("web, worker, beat"):
                supervisor.start()
                _wait_for_web(supervisor, port)
            self._announce(address)
            note.write(address)
            note.flush()
            servers = Watch(state, embedded.needed(), self._say)
            while not _make_was_interrupted():
                supervisor.tick(0.5)
                servers.look()
        finally:
            for number in STOPPING:
                signal.signal(number, signal.SIG_IGN)
            note.truncate(0)
            self._say("Stopping ...")
            supervisor.stop()

    @contextlib.contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        if self.stdout.isatty():  # whoever watches reads it at once, and how long it took on the same line
            self._say(f"   ... s  {what}", "\r")
        yield
        self._say(f"{time.monotonic() - began:6.1f} s  {what}")

    def _announce(self, address: str) -> None:
        self._say(f"\nFor families: {address}/\nFor staff:    {address}/admin/\n")
        if settings.IS_BARE:
            call_command("seed_demo", "--logins", stdout=self.stdout)
        else:
            self._say("The first member of staff: .venv/bin/python manage.py createsuperuser\n")
        self._say("Ctrl-C stops everything.\n")

    def _say(self, text: str, ending: str = "\n") -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            self.stdout.write(text, ending=ending)
            self.stdout.flush()


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    """Once: others may wait already (a closed terminal sends three), and would be raised in the middle of stopping."""
    for other in STOPPING:
        signal.signal(other, _heard_already)
    raise Stopped


def _heard_already(number: int, frame: FrameType | None) -> None:
    """Not SIG_IGN, of which Python says on the terminal that a waiting signal was lost."""


@contextlib.contextmanager
def _only_run_here(state: Path) -> Iterator[TextIO]:
    """Two runs of one checkout would take each other's servers away. Waits for one that is just stopping."""
    embedded.keys_file(state)
    with (state / "run.lock").open("a+") as note:
        until = time.monotonic() + 30
        while not _lock(note):
            note.seek(0)
            address = note.read()
            if address or time.monotonic() > until:
                raise CommandError(f"This checkout already runs: {address or 'it is starting or stopping'}.")
            time.sleep(0.2)
        note.truncate(0)
        yield note


def _lock(file: TextIO) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _services(state: Path, port: int) -> list[Service]:
    python = [sys.executable, "-m"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    patience = ["--graceful-timeout", "4", "--timeout", "60", "--no-control-socket"]
    web = [*python, "gunicorn", "familylink.wsgi", "--bind", f"{HOST}:{port}", *threads, *patience]
    # A bare machine may have nobody but root, who need not be told at every start.
    calm = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    celery = [*calm, "celery", "-q", "-A", "familylink"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(state / "beat-schedule")]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]
    return [Service("web", web, 5), Service("worker", worker, 8), Service("beat", beat, 5)]


def _environment(address: str) -> dict[str, str]:
    defaults = {"REDIS_URL": embedded.redis_url()}
    if "FAMILYLINK_URL" not in os.environ:
        # Only this machine reaches it, and nothing speaks TLS before it.
        defaults |= {"FAMILYLINK_URL": address, "FAMILYLINK_HTTPS": "false"}
    if settings.IS_BARE and all("sink" in path for paths in settings.TRANSPORTS.values() for path in paths):
        defaults["FAMILYLINK_SENDING"] = "send"  # to the demo's own phones; a real one is never assumed
        # Invented staff; a check refuses it elsewhere.
        defaults["FAMILYLINK_DEMO_WITHOUT_SECOND_FACTOR"] = "true"
    return {
        **defaults,
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "familylink.settings",
    }


def _port() -> int:
    """PORT if it is given (a taken one is refused), else 8000 or the next that is free."""
    if given := os.environ.get("PORT"):
        if not given.isdecimal() or not _is_free(int(given)):
            raise CommandError(f"Port {given} is taken: stop what listens there, or set PORT to another.")
        return int(given)
    free = next((port for port in range(USUAL_PORT, USUAL_PORT + 50) if _is_free(port)), None)
    if free is None:
        raise CommandError(f"No free port from {USUAL_PORT} to {USUAL_PORT + 49}: set PORT.")
    if free != USUAL_PORT:
        sys.stdout.write(f"Port {USUAL_PORT} is taken; using {free} (PORT sets another).\n")
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _wait_for_web(supervisor: Supervisor, port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while not _web_answers(port):
        if time.monotonic() > until:
            raise CommandError("The web server does not answer: its own words are above, after `web |`.")
        supervisor.tick(0.2)


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _collect_static() -> None:
    """Compressing takes seconds, so only if a file has changed since the last time."""
    files = sorted(
        f"{name} {Path(storage.path(name)).stat().st_mtime_ns}"
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    digest = hashlib.sha256("\n".join(files).encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != digest:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)


def _demo_is_due(state: Path) -> bool:
    """Once, and never into a database that somebody has given for real use."""
    return bool(settings.IS_BARE) and not (state / "seeded").exists()


def _parent_is_make() -> bool:
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process().parent()
        return parent is not None and parent.name() in {"make", "gmake"}
    return False


def _stop_with_make() -> None:
    """A killed `make run` must not leave us behind: the kernel then sends us SIGTERM."""
    if _parent_is_make() and (ask_the_kernel := signal_at_parents_death(signal.SIGTERM)):
        ask_the_kernel()


def _make_was_interrupted() -> bool:
    """Whether SIGINT was sent to `make` alone: it does not hand that on, but blocks it and waits for us."""
    if not _parent_is_make():
        return False
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{os.getppid()}/status").read_text().splitlines():
            if line.startswith("SigBlk:"):
                return bool(int(line.split()[1], 16) & 1 << (signal.SIGINT - 1))
    return False
