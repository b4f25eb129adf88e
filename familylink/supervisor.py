"""Keeps a few processes running and stops them in order: what `manage.py run` needs of an init system.

One thread and one loop. The processes are forked from the main thread only, so the kernel's signal at the
parent's death reaches them exactly when this process is gone, even by kill -9.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from familylink.embedded.life import signal_at_parents_death

LONGEST_LOG = 10_000_000  # bytes, then the log is put aside and a new one begun
LONGEST_PAUSE = 30.0  # seconds between two tries to start a process that keeps dying
STEADY_SECONDS = 60.0  # one that lived as long starts again at once


@dataclass(frozen=True)
class Service:
    """One process to keep: its name in the output, its command, and how long it may take to stop."""

    name: str
    command: Sequence[str]
    stop_seconds: float


@dataclass
class _Child:
    service: Service
    log: Path
    process: subprocess.Popen[bytes] | None = None
    rest: bytes = b""
    failures: int = 0
    started_at: float = 0.0  # monotonic, like the next
    start_again_at: float = 0.0


@dataclass
class Supervisor:
    """Starts services in the order given; `stop_order` names them in the order of stopping."""

    services: Sequence[Service]
    stop_order: Sequence[str]
    state: Path
    environment: Mapping[str, str]
    _children: dict[str, _Child] = field(default_factory=dict)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _said_that_logs_fail: bool = False

    def start(self) -> None:
        """Start every service; what an earlier, killed run left behind is ended first."""
        end_left_over(self.state)
        for service in self.services:
            self._children[service.name] = child = _Child(
                service, self.state / "logs" / f"{service.name}.log"
            )
            self._launch(child)

    def tick(self, seconds: float) -> None:
        """Pass on what the services write for up to so many seconds; start again those that died."""
        self._pass_on_output(seconds)
        for child in self._children.values():
            self._look_after(child)

    def stop(self) -> None:
        """Stop all, one after the other, each within its time; then kill."""
        for name in self.stop_order:
            child = self._children.get(name)
            if child and child.process:
                self._stop(child, child.process)
        (self.state / "services.json").unlink(missing_ok=True)

    def _launch(self, child: _Child) -> None:
        _put_aside(child.log)
        child.process = subprocess.Popen(
            child.service.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C is for the supervisor alone, which stops in order
            preexec_fn=signal_at_parents_death(signal.SIGTERM),
        )
        child.started_at = time.monotonic()
        assert child.process.stdout
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self._remember()

    def _remember(self) -> None:
        pids = [child.process.pid for child in self._children.values() if child.process]
        fresh = self.state / "services.new"
        # On a full disk the numbers from before stay; the kernel ends the rest with us all the same.
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps({"pids": pids, "since": psutil.Process().create_time()}))
            fresh.replace(self.state / "services.json")

    def _pass_on_output(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            child: _Child = key.data
            piece = os.read(key.fd, 65536)
            if not piece:
                self._selector.unregister(key.fileobj)
            *lines, child.rest = (child.rest + piece).split(b"\n")
            for line in lines:
                self._write(child, line)

    def _look_after(self, child: _Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.start_again_at:
                self._launch(child)
        elif (code := child.process.poll()) is not None:
            self._forget(child, child.process)
            is_steady = time.monotonic() - child.started_at > STEADY_SECONDS
            child.failures = 0 if is_steady else child.failures + 1
            pause = 0.0 if is_steady else min(LONGEST_PAUSE, 2.0 ** (child.failures - 1))
            child.start_again_at = time.monotonic() + pause
            self._write(child, f"ended with code {code}; starts again in {pause:.0f} s".encode())

    def _forget(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        """Take leave of a process that has ended: its last lines, and children that it left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self._pass_on_output(0)
        assert process.stdout
        with contextlib.suppress(KeyError):
            self._selector.unregister(process.stdout)
        process.stdout.close()
        if child.rest:
            self._write(child, child.rest)
        child.process, child.rest = None, b""

    def _stop(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        until = time.monotonic() + child.service.stop_seconds
        while process.poll() is None and time.monotonic() < until:
            self._pass_on_output(0.05)
        if process.poll() is None:
            self._write(child, f"still there after {child.service.stop_seconds:.0f} s: killed".encode())
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._forget(child, process)

    def _write(self, child: _Child, line: bytes) -> None:
        try:
            with child.log.open("ab") as log:
                log.write(line + b"\n")
        except OSError as error:  # a full disk takes lines away, never the service
            if not self._said_that_logs_fail:
                self._said_that_logs_fail = True
                _show(child, f"the log cannot be written ({error.strerror}): what it misses stands here only")
        _show(child, line.decode(errors="replace"))


def end_left_over(state: Path) -> None:
    """End the services of an earlier run that was killed: they are stopping by themselves, or are made to."""
    remembered = state / "services.json"
    if not remembered.exists():
        return
    left = list(_left_over(json.loads(remembered.read_text())))
    _, alive = psutil.wait_procs(left, timeout=3)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=3)
    remembered.unlink()


def _left_over(remembered: dict[str, object]) -> Iterator[psutil.Process]:
    groups, since = remembered["pids"], remembered["since"]
    assert isinstance(groups, list)
    assert isinstance(since, float)
    for process in psutil.process_iter():
        # A group's number may have been used again since: only processes of that run's time and group count.
        with contextlib.suppress(psutil.Error, OSError):
            if os.getpgid(process.pid) in groups and process.create_time() >= since and _is_ours(process):
                yield process


def _is_ours(process: psutil.Process) -> bool:
    return any(word in " ".join(process.cmdline()) for word in ("familylink", "celery", "gunicorn"))


def _put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".old"))


def _show(child: _Child, line: str) -> None:
    # The terminal may be gone; the services must not die of it.
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{child.service.name:>6} | {line}\n")
        sys.stdout.flush()
