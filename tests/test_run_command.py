"""`manage.py run` as a whole: it stops cleanly, is killed without orphans, and finishes what it had begun."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from familylink import embedded
from tests.faults.scenery import line, men

TOP = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.fault
ENTRIES = 500
PATIENCE_SECONDS = 180  # for a busy machine; a first start takes 20 on one of one's own


class Service:
    """One checkout's service in a state folder of its own, on a port of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.output = state / "output"
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
        self.environment = {**kept, "FAMILYLINK_STATE": str(state), "PORT": str(free_port())}
        self.supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start it and wait until it has announced itself and the web answers."""
        with self.output.open("wb") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=TOP,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.until(lambda: "Ctrl-C stops" in self.words() and self.answers(), "announcement and answer")
        return self.supervisor

    def stop(self) -> int:
        """SIGTERM, and the exit code that follows."""
        assert self.supervisor
        self.supervisor.terminate()
        return self.supervisor.wait(timeout=PATIENCE_SECONDS)

    def close_terminal(self) -> int:
        """Three signals that all wait when it comes to run again, and the exit code that follows."""
        assert self.supervisor
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCONT):
            self.supervisor.send_signal(number)
        return self.supervisor.wait(timeout=PATIENCE_SECONDS)

    def kill_supervisor(self) -> None:
        """Kill -9 of the one process that looks after the others."""
        assert self.supervisor
        self.supervisor.kill()
        self.supervisor.wait(timeout=10)

    def kill_servers(self) -> None:
        """Kill -9 of PostgreSQL and Valkey, as the kernel does when memory is short."""
        for pid in embedded.running(self.state).values():
            os.kill(pid, signal.SIGKILL)

    def has_started_again(self) -> set[str]:
        """Of the servers, in one breath or two: a look may fall between two kills."""
        said = re.findall("^(.+): answers again", self.words(), re.MULTILINE)
        return {name for names in said for name in names.split(", ")}

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command,
            cwd=TOP,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.status("/") < 400
        return False

    def status(self, path: str) -> int:
        """How the web answers to a request for this page."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["PORT"]), timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def number(self, query: str) -> int:
        """The one number that a query asks for."""
        with psycopg.connect(embedded.database_url(self.state)) as connection:
            row = connection.execute(query).fetchone()
            assert row
            return int(row[0])

    def tell_database(self, *statements: str) -> None:
        """Run these, and keep what they did."""
        with psycopg.connect(embedded.database_url(self.state)) as connection:
            for statement in statements:
                connection.execute(statement)

    def processes(self, *, servers: bool) -> list[psutil.Process]:
        """Everything that works for this state folder, whoever its parent is now; databases only if asked for."""
        found = []
        for process in psutil.process_iter(["name"]):
            with contextlib.suppress(psutil.Error):
                ours = str(self.state) in (process.environ().get("FAMILYLINK_STATE", ""), process.cwd())
                ours = ours or str(self.state) in " ".join(process.cmdline())
                is_server = process.info["name"] in {"postgres", "valkey-server"}
                if ours and process.status() != psutil.STATUS_ZOMBIE and (servers or not is_server):
                    found.append(process)
        return found

    def words(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def until(self, is_so: Callable[[], object], what: str) -> None:
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > ends_at:
                pytest.fail(f"no {what} within {PATIENCE_SECONDS} s\n{self.words()[-4000:]}")
            time.sleep(0.05)

    def end(self) -> None:
        """Whatever the test left running."""
        for process in self.processes(servers=False):
            with contextlib.suppress(psutil.Error):
                process.kill()
        if self.supervisor:
            self.supervisor.wait(timeout=10)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """Shared, because the first start takes as long as all the rest: the tests leave it stopped."""
    with embedded.temporary_state("run-tests") as folder:
        found = Service(folder)
        try:
            yield found
        finally:
            found.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


REPORTS = "SELECT count(*) FROM reports_report"
UNFINISHED = "SELECT count(*) FROM matching_matchrun WHERE finished_at IS NULL"
PAIRS = "SELECT count(*) FROM matching_match"
BATCHES_LEFT = "SELECT count(*) FROM matching_matchbatch WHERE state <> 'done'"
# Three seconds to tick a batch, with its row locked: time enough to kill in the middle.
SLOWLY = (
    """CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$""",
    "CREATE TRIGGER slow BEFORE UPDATE ON matching_matchbatch FOR EACH ROW EXECUTE FUNCTION slow()",
)
AS_EVER = ("DROP TRIGGER slow ON matching_matchbatch", "DROP FUNCTION slow()")


def a_big_list(service: Service) -> Path:
    """A list file of ten batches."""
    rows = ["ПІБ;Дата народження", *(line(man) for man in men(ENTRIES, seed=9))]
    file = service.state / "big.csv"
    file.write_text("\n".join(rows))
    return file


def test_a_signal_or_three_at_once_stop_everything_and_a_second_start_finds_the_data(
    service: Service,
) -> None:
    service.start()
    service.until(lambda: service.number(UNFINISHED) == 0, "end of the demo's run")
    before = service.number(REPORTS), service.number(PAIRS)
    assert min(before) > 0
    assert service.stop() == 0
    assert service.processes(servers=True) == []
    service.start()
    assert (service.number(REPORTS), service.number(PAIRS)) == before
    assert service.close_terminal() == 0
    assert service.processes(servers=True) == []


def test_a_database_that_is_killed_is_started_again_while_the_rest_goes_on_and_not_while_stopping(
    service: Service,
) -> None:
    service.start()
    before = service.number(REPORTS)
    service.kill_servers()
    service.until(lambda: service.has_started_again() == {"postgresql", "valkey"}, "both servers again")
    assert service.number(REPORTS) == before
    assert service.status("/uk/my-report/") == http.HTTPStatus.OK
    service.kill_servers()
    assert service.stop() == 0
    assert service.processes(servers=True) == []


def test_kill_9_of_the_supervisor_in_the_middle_of_a_wave_leaves_no_orphan_and_the_next_start_finishes_it(
    service: Service,
) -> None:
    service.start()
    service.until(lambda: service.number(UNFINISHED) == 0, "end of the demo's run")
    service.tell_database(*SLOWLY)
    service.manage("import_list", str(a_big_list(service)), "--wave", "Drill:1", "--reliability", "A")
    service.kill_supervisor()
    assert service.number(UNFINISHED) == 1, "the kill must come in the middle"
    service.until(lambda: not service.processes(servers=False), "end of web, worker and beat")
    service.tell_database(*AS_EVER)
    service.start()
    service.until(lambda: service.number(UNFINISHED) == 0, "end of the interrupted run")
    assert service.number(BATCHES_LEFT) == 0
    run = "FROM matching_matchrun ORDER BY started_at DESC LIMIT 1"
    assert service.number(f"SELECT entries_done {run}") == ENTRIES
    pairs = "SELECT count(DISTINCT (missing_person_id, entry_id)) FROM matching_match"
    assert service.number(pairs) == service.number(PAIRS)
    assert service.stop() == 0
    assert service.processes(servers=True) == []


def test_servers_that_somebody_gave_are_used_and_left_running_and_the_pages_open(service: Service) -> None:
    embedded.start(service.state)
    with embedded.temporary_state("run-tests") as elsewhere:
        given = Service(elsewhere)
        given.environment |= {
            "DATABASE_URL": embedded.database_url(service.state),
            "REDIS_URL": embedded.redis_url(0, service.state),
            "FAMILYLINK_KEYS_FILE": str(embedded.keys_file(service.state)),
        }
        try:
            given.start()
            assert given.status("/uk/") == http.HTTPStatus.OK
            assert "Demo log-ins" not in given.words()
            assert given.stop() == 0
        finally:
            given.end()
        assert embedded.running(elsewhere) == {}
    assert set(embedded.running(service.state)) == {"postgresql", "valkey"}
    embedded.stop(service.state)
