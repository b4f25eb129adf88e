"""PostgreSQL and Valkey from wheels, for a machine that has neither: the only package that knows how.

Everything lives below one state folder per checkout. The servers listen on Unix sockets in a private folder
and nowhere else, outlive whoever started them, and are found again by the next start through the folder they
work in, never by name alone: several checkouts, and the tests beside the demo, do not meet.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from familylink.embedded import life, programs, servers
from familylink.embedded.places import (
    ServerError,
    broker_url,
    checkout_id,
    database_url,
    keys_file,
    make_folder,
    new_keys,
    private_folder,
    redis_url,
    socket_folder,
    state_folder,
)

__all__ = [
    "ServerError",
    "broker_url",
    "database_url",
    "keys_file",
    "needed",
    "new_keys",
    "redis_url",
    "running",
    "socket_folder",
    "start",
    "state_folder",
    "stop",
    "temporary_state",
]


def needed() -> tuple[str, ...]:
    """Which servers nobody gave us: those whose URL is not in the environment."""
    given = {"postgresql": "DATABASE_URL", "valkey": "REDIS_URL"}
    return tuple(name for name in servers.NAMES if not os.environ.get(given[name]))


def start(state: Path | None = None, *, only: Sequence[str] = servers.NAMES, lasting: bool = True) -> None:
    """Make the servers answer: found running, taken over, recovered or newly made. Safe to call again.

    `lasting=False` is for tests and one-off demos: no fsync, and the servers end when the thread that started
    them does. Raises ServerError in words.
    """
    state = state or state_folder()
    make_folder(state)
    with _locked(state):
        programs.prepare(state)
        if "postgresql" in only and not (state / "postgresql").exists():
            programs.make_database(state, lasting=lasting)
        for name in only:
            life.ensure_running(servers.describe(name, state, lasting=lasting), lasting=lasting)


def stop(state: Path | None = None) -> None:
    """Shut down whichever of this state's servers run, Valkey first; nothing is lost. Safe to call again."""
    state = state or state_folder()
    if not state.is_dir():
        return
    with _locked(state):
        for name in reversed(servers.NAMES):
            life.end(servers.describe(name, state))


def running(state: Path | None = None) -> dict[str, int]:
    """Name and process id of each of this state's servers that runs."""
    state = state or state_folder()
    found = {name: life.leader(servers.describe(name, state)) for name in servers.NAMES}
    return {name: process.pid for name, process in found.items() if process}


@contextlib.contextmanager
def temporary_state(purpose: str) -> Iterator[Path]:
    """A state folder of its own, gone afterwards; also ends what a killed earlier owner left behind."""
    base = Path(tempfile.gettempdir()).resolve() / f"fl-{purpose}-{os.geteuid()}-{checkout_id()}"
    private_folder(base, os.geteuid(), mode=0o711)
    with _locked(base):  # else another's sweep could take the new folder for one that was left behind
        _sweep(base)
        state = Path(tempfile.mkdtemp(dir=base))
        owner = (state / "owner").open("w")
        fcntl.flock(owner, fcntl.LOCK_EX)
    with owner:
        try:
            yield state
        finally:
            _discard(state)


def _sweep(base: Path) -> None:
    for state in (path for path in base.iterdir() if path.is_dir()):
        with contextlib.suppress(OSError), (state / "owner").open("a") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its owner lives
            _discard(state)


def _discard(state: Path) -> None:
    stop(state)
    shutil.rmtree(socket_folder(state), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


@contextlib.contextmanager
def _locked(state: Path) -> Iterator[None]:
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
