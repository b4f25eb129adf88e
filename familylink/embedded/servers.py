"""The two servers: how each is started, recognised, asked and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from familylink.embedded.places import socket_folder
from familylink.embedded.programs import program

NAMES = ("postgresql", "valkey")  # in the order of starting


@dataclass(frozen=True)
class Server:
    """What is needed to find, start and stop one server of one state folder."""

    name: str
    program: str  # the executable's name, by which the OS lists it
    state: Path
    folder: Path  # its data, and its working folder: that is how it is recognised
    command: list[str]
    pid_file: Path
    socket: Path
    stop_signal: signal.Signals
    answers: Callable[[Server], bool]

    @property
    def log(self) -> Path:
        return self.state / "logs" / f"{self.folder.name}.log"


def describe(name: str, state: Path, *, lasting: bool = True) -> Server:
    """The server of that name in that state folder."""
    return _postgresql(state, lasting) if name == "postgresql" else _valkey(state)


def _postgresql(state: Path, lasting: bool) -> Server:
    data, run = state / "postgresql", socket_folder(state)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{run}"',
        "max_connections": "100",
        "timezone": "UTC",
        "shared_buffers": f"{_buffers_mb()}MB",
        # A killed worker's session would hold its locks until its statement ends, and nobody waits for the answer.
        "client_connection_check_interval": "1s",
        # A failing statement or a violated key would carry a family's data into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        **({} if lasting else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return Server(
        name="PostgreSQL",
        program="postgres",
        state=state,
        folder=data,
        command=[program(state, "postgres"), "-D", str(data), *options],
        pid_file=data / "postmaster.pid",
        socket=run / ".s.PGSQL.5432",
        stop_signal=signal.SIGINT,  # "fast": sessions are ended, everything committed is kept
        answers=_postgresql_answers,
    )


def _buffers_mb() -> int:
    """A quarter of the machine's memory, as PostgreSQL advises; a million reports with their keys take less than the
    most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return int(min(2048, max(128, memory // 4 >> 20)))


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
        state=state,
        folder=data,
        command=[
            program(state, "valkey-server"),
            *(part for key, value in settings.items() for part in (f"--{key}", value)),
        ],
        pid_file=data / "valkey.pid",
        socket=run / "valkey.sock",
        stop_signal=signal.SIGTERM,
        answers=_valkey_answers,
    )


def _postgresql_answers(server: Server) -> bool:
    # While it recovers it already takes connections, only to refuse them: its pid file says when it is ready.
    with contextlib.suppress(OSError, IndexError), _connection(server.socket):
        return server.pid_file.read_text().splitlines()[7].strip() == "ready"
    return False


def _valkey_answers(server: Server) -> bool:
    with contextlib.suppress(OSError), _connection(server.socket) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


def _connection(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(2)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection
