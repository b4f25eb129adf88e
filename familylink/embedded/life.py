"""Starting, finding again and ending one server, whatever state an earlier kill -9 left it in."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import signal
import subprocess
import time
from collections.abc import Callable

import psutil

from familylink.embedded.places import ServerError
from familylink.embedded.programs import surroundings
from familylink.embedded.servers import Server

START_SECONDS = 60.0  # a recovery after kill -9 replays the log before it answers
STOP_SECONDS = 8.0
PR_SET_PDEATHSIG = 1

_children: list[subprocess.Popen[bytes]] = []  # kept so that those this process started can be reaped


def leader(server: Server) -> psutil.Process | None:
    """The running main process; None if there is none, whatever a stale pid file says."""
    try:
        pid = int(server.pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return next((process for process in _processes(server) if process.pid == pid), None)


def ensure_running(server: Server, *, lasting: bool) -> None:
    """Start it unless it runs, and wait until it answers. Raises ServerError with its last words."""
    child = None
    if leader(server) is None:
        # Children of a killed main process hold its memory and would make the new one refuse to start.
        _kill(_processes(server))
        for stale in (server.pid_file, server.socket, server.socket.with_name(f"{server.socket.name}.lock")):
            stale.unlink(missing_ok=True)
        child = _launch(server, lasting=lasting)
    _wait_for_answer(server, child)


def end(server: Server) -> None:
    """Ask it to stop, and kill what is still there after some seconds."""
    if running := leader(server):
        with contextlib.suppress(psutil.Error):
            running.send_signal(server.stop_signal)
        _wait_until(lambda: leader(server) is None, STOP_SECONDS)
    _kill(_processes(server))


def signal_at_parents_death(number: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before exec so that the kernel signals it when its parent dies, even of kill -9."""
    if platform.system() != "Linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: afterwards nothing may be loaded

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))

    return ask_the_kernel


def _processes(server: Server) -> list[psutil.Process]:
    """Every living process of this very server: its program, working in its folder."""
    _reap()
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == server.program and process.cwd() == str(server.folder):
                found.append(process)
    return found


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def _launch(server: Server, *, lasting: bool) -> subprocess.Popen[bytes]:
    if server.log.exists() and server.log.stat().st_size > 10_000_000:
        server.log.replace(server.log.with_suffix(".old"))
    with server.log.open("ab") as log:
        child = subprocess.Popen(
            server.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C at the terminal is for the supervisor, which stops in order
            preexec_fn=None if lasting else signal_at_parents_death(server.stop_signal),
            **surroundings(server.state, server.folder),
        )
    _children.append(child)
    return child


def _wait_for_answer(server: Server, child: subprocess.Popen[bytes] | None) -> None:
    until = time.monotonic() + START_SECONDS
    while not server.answers(server):
        has_died = child is not None and child.poll() is not None
        if has_died or time.monotonic() > until:
            trouble = "stopped" if has_died else f"does not answer after {START_SECONDS:.0f} s"
            raise ServerError(f"{server.name} {trouble}.\n{_last_words(server)}")
        time.sleep(0.02)


def _last_words(server: Server) -> str:
    lines = server.log.read_text(errors="replace").splitlines()[-8:] if server.log.exists() else []
    return "\n".join([f"The end of {server.log}:", *(f"  {line}" for line in lines)])


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    _wait_until(lambda: not any(_is_alive(process) for process in processes), 5)


def _is_alive(process: psutil.Process) -> bool:
    _reap()
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
