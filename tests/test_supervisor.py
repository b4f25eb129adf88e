"""The supervisor of `make run`: restarts what dies, stops in order, leaves no orphan."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from familylink.supervisor import Service, Supervisor, end_left_over

TOP = Path(__file__).resolve().parent.parent
SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
SPEAKER = "print('one'); print('two')"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); {SLEEPER}"


def a_service(name: str, code: str = SLEEPER, stop_seconds: float = 3) -> Service:
    return Service(name, [sys.executable, "-c", f"{code}  # familylink"], stop_seconds)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


@pytest.fixture
def supervise(state: Path) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def start(*services: Service) -> Supervisor:
        order = [service.name for service in reversed(services)]
        supervisor = Supervisor(services, order, state, dict(os.environ))
        started.append(supervisor)
        supervisor.start()
        assert tick_until(supervisor, lambda: all("up" in words(state, service.name) for service in services))
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()


def words(state: Path, name: str) -> str:
    log = state / "logs" / f"{name}.log"
    return log.read_text() if log.exists() else ""


def tick_until(supervisor: Supervisor, is_so: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        supervisor.tick(0.05)
    return is_so()


def pids(state: Path) -> list[int]:
    found: list[int] = json.loads((state / "services.json").read_text())["pids"]
    return found


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_what_a_service_writes_is_passed_on_under_its_name(
    supervise: Callable[..., Supervisor], state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervise(a_service("web"), a_service("beat"))
    assert sorted(capsys.readouterr().out.splitlines()) == ["   web | up", "  beat | up"]
    assert words(state, "web") == "up\n"


def test_a_service_that_was_killed_is_started_again(
    supervise: Callable[..., Supervisor], state: Path
) -> None:
    supervisor = supervise(a_service("worker"))
    (before,) = pids(state)
    os.kill(before, signal.SIGKILL)
    assert tick_until(supervisor, lambda: pids(state) != [before])
    assert "ended with code -9; starts again in 1 s" in words(state, "worker")


def test_one_that_keeps_dying_is_started_ever_more_slowly(state: Path) -> None:
    supervisor = Supervisor([a_service("worker", "print('no')")], ["worker"], state, dict(os.environ))
    supervisor.start()
    assert tick_until(supervisor, lambda: "again in 2 s" in words(state, "worker"))
    assert words(state, "worker").count("again in 1 s") == 1
    supervisor.stop()


def full_disk(file: Path) -> None:
    """From now on nothing can be written there."""
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/full")


def said_until(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str], is_enough: Callable[[list[str]], bool]
) -> list[str]:
    """What the terminal has read by then."""
    said: list[str] = []

    def is_so() -> bool:
        said.extend(capsys.readouterr().out.splitlines())
        return is_enough(said)

    assert tick_until(supervisor, is_so), said
    return said


def test_a_full_disk_ends_no_service_and_is_said_once(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full_disk(state / "logs" / "web.log")
    supervisor = Supervisor([a_service("web", SPEAKER)], ["web"], state, dict(os.environ))
    supervisor.start()
    said = said_until(
        supervisor, capsys, lambda lines: sum("ended with code 0" in line for line in lines) == 2
    )
    supervisor.stop()
    assert [line for line in said if "cannot be written" in line] == [
        "   web | the log cannot be written (No space left on device): what it misses stands here only"
    ]
    assert said.count("   web | one") == said.count("   web | two") == 2


def test_one_that_dies_on_a_full_disk_is_started_again(
    supervise: Callable[..., Supervisor], state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = supervise(a_service("worker"))
    (before,) = pids(state)
    full_disk(state / "services.new")
    full_disk(state / "logs" / "worker.log")
    os.kill(before, signal.SIGKILL)
    capsys.readouterr()
    assert "worker | up" in said_until(supervisor, capsys, lambda lines: "worker | up" in lines)
    assert pids(state) == [before]  # what the next start reads is whole, if old


def test_services_stop_in_the_order_asked_for(supervise: Callable[..., Supervisor], state: Path) -> None:
    says_when = "import signal, sys, time\ndef bye(*_): print('bye', time.time()); sys.exit()\n"
    code = f"{says_when}signal.signal(signal.SIGTERM, bye); {SLEEPER}"
    supervisor = supervise(a_service("first", code), a_service("second", code))
    supervisor.stop()
    stopped_at = {name: float(words(state, name).split("bye ")[1]) for name in ("first", "second")}
    assert stopped_at["second"] < stopped_at["first"]


def test_one_that_does_not_stop_in_its_time_is_killed(
    supervise: Callable[..., Supervisor], state: Path
) -> None:
    supervisor = supervise(a_service("worker", STUBBORN, stop_seconds=0.5))
    (pid,) = pids(state)
    supervisor.stop()
    assert not is_alive(pid)
    assert "killed" in words(state, "worker")


def test_children_of_a_service_end_with_it(supervise: Callable[..., Supervisor], state: Path) -> None:
    supervisor = supervise(a_service("worker", PARENT))
    assert tick_until(supervisor, lambda: words(state, "worker").count("up") == 2)
    children = psutil.Process(pids(state)[0]).children()
    supervisor.stop()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert len(children) == 1
    assert alive == []


def a_killed_supervisor(state: Path, code: str) -> list[int]:
    script = (
        "import os, sys, pathlib\n"
        "from familylink.supervisor import Service, Supervisor\n"
        f"state = pathlib.Path({str(state)!r})\n"
        f"service = Service('worker', [sys.executable, '-c', {code + '  # familylink'!r}], 3)\n"
        "one = Supervisor([service], ['worker'], state, dict(os.environ))\n"
        "one.start()\n"
        "while True: one.tick(0.1)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=TOP, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout
        assert b"up" in supervisor.stdout.readline()
        supervisor.kill()
    return pids(state)


def test_services_end_when_their_supervisor_is_killed(state: Path) -> None:
    (pid,) = a_killed_supervisor(state, SLEEPER)
    until = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_the_next_start_ends_what_a_killed_supervisor_left(state: Path) -> None:
    (pid,) = a_killed_supervisor(state, STUBBORN)
    assert is_alive(pid)
    end_left_over(state)
    assert not is_alive(pid)
    assert not (state / "services.json").exists()


def test_a_process_that_only_has_the_old_number_is_spared(state: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    try:
        (state / "services.json").write_text(json.dumps({"pids": [stranger.pid], "since": 0.0}))
        end_left_over(state)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
