"""PostgreSQL and Valkey from wheels, for a machine that has neither: the only file that knows how.

Everything lives below one state folder per checkout. The servers listen on Unix sockets in a private folder and
nowhere else, outlive whoever started them, and are found again by the next start through the folder they work in,
never by name alone: several checkouts, and the tests beside the demo, do not meet.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

CHECKOUT = Path(__file__).resolve().parent.parent
OS_USER = "familylink-db"  # PostgreSQL refuses to run as root
LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un on Linux
START_SECONDS = 60.0  # a recovery after kill -9 replays the log before it answers
PR_SET_PDEATHSIG = 1

_children: list[subprocess.Popen[bytes]] = []  # kept so that the ones this process started can be reaped


class ServerError(RuntimeError):
    """A server could not be started or stopped; the text says which, why and what to do."""


# --- where things are ---------------------------------------------------------------------------------------------


def checkout_id() -> str:
    """12 hex digits that stand for this checkout's path, so that two checkouts never share a state."""
    return hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]


def state_folder() -> Path:
    """Where servers, keys and logs of `make run` live: FAMILYLINK_STATE, else the usual place of the OS user."""
    if given := os.environ.get("FAMILYLINK_STATE"):
        return Path(given).resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/familylink") / checkout_id()
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).resolve() / "familylink" / checkout_id()


def socket_folder(state: Path | None = None) -> Path:
    """The private folder of both sockets; below the state folder unless its path is too long for a socket."""
    state = state or state_folder()
    inside = state / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return Path(f"/tmp/familylink-{os.geteuid()}-{digest}")  # noqa: S108  fixed name, owner checked in _private


def database_url(state: Path | None = None) -> str:
    """URL of the embedded PostgreSQL, understood by django-environ and by libpq. Starts nothing."""
    return f"postgres://familylink@/familylink?host={quote(str(socket_folder(state)))}"


def redis_url(db: int = 0, state: Path | None = None) -> str:
    """URL of the embedded Valkey as redis-py (and so Django's cache) reads it. Starts nothing."""
    return f"unix://{quote(str(socket_folder(state) / 'valkey.sock'))}?db={db}"


def broker_url(url: str) -> str:
    """The same server as Celery spells it: kombu wants redis+socket:// where redis-py wants unix://."""
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def keys_file(state: Path | None = None) -> Path:
    """The demo's own keys, made once, readable by their owner only: lines KEY=VALUE."""
    path = (state or state_folder()) / "keys.env"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{name}={value}\n" for name, value in new_keys().items()))
        # A link, not a rename: of two first starts one wins and both use the winner's keys.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path


def new_keys() -> dict[str, str]:
    """Fresh random keys: k1 with 32 bytes for the sealed fields, and Django's secret."""
    sealing = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {"FAMILYLINK_KEYS": f"k1:{sealing}", "DJANGO_SECRET_KEY": secrets.token_urlsafe(48)}


# --- one server, whichever ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """What is needed to find, start and stop one server of one state folder."""

    name: str
    program: str  # the executable's name, by which the OS lists it
    folder: Path  # its data, and its working folder: that is how it is recognised
    command: list[str]
    pid_file: Path
    socket: Path
    log: Path
    stop_signal: signal.Signals
    answers: Callable[[Server], bool]


SERVERS = ("postgresql", "valkey")


def needed() -> tuple[str, ...]:
    """Which servers nobody gave us: those whose URL is not in the environment."""
    given = {"postgresql": "DATABASE_URL", "valkey": "REDIS_URL"}
    return tuple(name for name in SERVERS if not os.environ.get(given[name]))


def start(state: Path | None = None, *, servers: Sequence[str] = SERVERS, lasting: bool = True) -> None:
    """Make both servers answer: found running, taken over, recovered or newly made. Safe to call again.

    `lasting=False` is for tests and one-off demos: no fsync, and the servers end when the thread that started
    them does. Raises ServerError in words.
    """
    state = state or state_folder()
    _prepare(state)
    with _locked(state):
        if "postgresql" in servers and not (state / "postgresql" / "PG_VERSION").exists():
            _make_database(state)
        for name in servers:
            _ensure_running(_server(name, state, lasting), lasting=lasting)


def stop(state: Path | None = None) -> None:
    """Shut down whichever of this state's servers run, Valkey first; nothing is lost. Safe to call again."""
    state = state or state_folder()
    if not state.is_dir():
        return
    with _locked(state):
        for name in reversed(SERVERS):
            _end(_server(name, state, lasting=True))


def running(state: Path | None = None) -> dict[str, int]:
    """Name and process id of each of this state's servers that runs."""
    found = {name: _leader(_server(name, state or state_folder(), lasting=True)) for name in SERVERS}
    return {name: process.pid for name, process in found.items() if process}


@contextlib.contextmanager
def temporary_state(purpose: str) -> Iterator[Path]:
    """A state folder of its own that is gone afterwards; also ends what a killed earlier owner left behind."""
    base = Path(tempfile.gettempdir()).resolve() / f"fl-{purpose}-{os.geteuid()}-{checkout_id()}"
    _private(base, os.geteuid(), mode=0o711)
    _sweep(base)
    state = Path(tempfile.mkdtemp(dir=base))
    with (state / "owner").open("w") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        try:
            yield state
        finally:
            _discard(state)


def _sweep(base: Path) -> None:
    for state in base.iterdir():
        with contextlib.suppress(OSError), (state / "owner").open("a") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its owner lives
            _discard(state)


def _discard(state: Path) -> None:
    stop(state)
    shutil.rmtree(socket_folder(state), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


# --- the two servers ----------------------------------------------------------------------------------------------


def _server(name: str, state: Path, lasting: bool) -> Server:
    return _postgresql(state, lasting) if name == "postgresql" else _valkey(state)


def _postgresql(state: Path, lasting: bool) -> Server:
    data, run = state / "postgresql", socket_folder(state)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{run}"',
        "max_connections": "100",
        "timezone": "UTC",
        # A failing statement or a violated key would carry a family's data into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        **({} if lasting else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return Server(
        name="PostgreSQL",
        program="postgres",
        folder=data,
        command=[str(_programs(state) / "bin" / "postgres"), "-D", str(data), *options],
        pid_file=data / "postmaster.pid",
        socket=run / ".s.PGSQL.5432",
        log=state / "logs" / "postgresql.log",
        stop_signal=signal.SIGINT,  # "fast": sessions are ended, everything committed is kept
        answers=_postgresql_answers,
    )


def _valkey(state: Path) -> Server:
    data, run = state / "valkey", socket_folder(state)
    settings = {
        "port": "0",
        "unixsocket": str(run / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(data / "valkey.pid"),
        "databases": "64",  # one for each process of the tests
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # an evicted key would be a lost message of the broker
    }
    return Server(
        name="Valkey",
        program="valkey-server",
        folder=data,
        command=[
            str(_programs(state) / "bin" / "valkey-server"),
            *(part for key, value in settings.items() for part in (f"--{key}", value)),
        ],
        pid_file=data / "valkey.pid",
        socket=run / "valkey.sock",
        log=state / "logs" / "valkey.log",
        stop_signal=signal.SIGTERM,
        answers=_valkey_answers,
    )


def _postgresql_answers(server: Server) -> bool:
    with contextlib.suppress(OSError, IndexError):
        if server.pid_file.read_text().splitlines()[7].strip() == "ready":
            return _ask(server.socket, b"") == b""
    return False


def _valkey_answers(server: Server) -> bool:
    with contextlib.suppress(OSError):
        return _ask(server.socket, b"PING\r\n").startswith(b"+PONG")
    return False


def _ask(path: Path, question: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        if not question:
            return b""
        connection.sendall(question)
        return connection.recv(64)
