"""PostgreSQL and Valkey from wheels: found again, recovered, ended, and never another checkout's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from familylink import embedded
from familylink.embedded.watching import Watch

TOP = Path(__file__).resolve().parent.parent


@pytest.fixture
def state() -> Iterator[Path]:
    with embedded.temporary_state("embedded-tests") as folder:
        yield folder


@pytest.fixture(scope="module")
def one_home() -> Iterator[Path]:
    with embedded.temporary_state("embedded-tests") as folder:
        yield folder


@pytest.fixture
def home(one_home: Path) -> Path:
    """A state whose servers run and whose database is empty; shared, because making one takes seconds."""
    run("start", FAMILYLINK_STATE=str(one_home))
    with psycopg.connect(embedded.database_url(one_home)) as connection:
        connection.execute("DROP TABLE IF EXISTS notes")
    return one_home


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m familylink.embedded` as a process of its own, with no URL or key of this test run."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    command = [sys.executable, "-m", "familylink.embedded", *words]
    return subprocess.run(
        command, cwd=TOP, env={**kept, **environment}, capture_output=True, text=True, timeout=60
    )


def becomes(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


def processes_below(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in " ".join(process.info["cmdline"] or []):
            found.append(process.pid)
    return found


def a_row(state: Path, note: str) -> None:
    with psycopg.connect(embedded.database_url(state)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (note text PRIMARY KEY)")
        connection.execute("INSERT INTO notes VALUES (%s)", [note])


def rows(state: Path) -> list[str]:
    with psycopg.connect(embedded.database_url(state)) as connection:
        return [row[0] for row in connection.execute("SELECT note FROM notes ORDER BY note")]


def test_both_servers_answer_and_only_over_their_private_sockets(home: Path) -> None:
    a_row(home, "kept")
    assert redis.Redis.from_url(embedded.redis_url(3, home)).ping()
    listening = [
        connection
        for pid in embedded.running(home).values()
        for connection in psutil.Process(pid).net_connections("inet")
    ]
    assert listening == []
    assert embedded.socket_folder(home).stat().st_mode & 0o077 == 0


def test_the_service_is_no_superuser_of_its_database(home: Path) -> None:
    with psycopg.connect(embedded.database_url(home)) as connection:
        found = connection.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert found.fetchone() == (False, True)


def test_servers_outlive_their_starter_and_a_second_start_finds_them(home: Path) -> None:
    before = embedded.running(home)  # the process that started them has ended
    again = run("start", FAMILYLINK_STATE=str(home))
    assert again.returncode == 0
    assert set(before) == {"postgresql", "valkey"}
    assert embedded.running(home) == before


def test_what_was_committed_survives_kill_9_of_both_servers(home: Path) -> None:
    a_row(home, "before the kill")
    for pid in embedded.running(home).values():
        os.kill(pid, signal.SIGKILL)
    run("start", FAMILYLINK_STATE=str(home))
    a_row(home, "then again")
    assert rows(home) == ["before the kill", "then again"]
    assert redis.Redis.from_url(embedded.redis_url(0, home)).ping()


def kill(state: Path, *names: str) -> None:
    for name in names:
        leader = psutil.Process(embedded.running(state)[name])
        leader.kill()
        psutil.wait_procs([leader], timeout=10)


def test_servers_that_were_killed_under_a_service_are_started_again_and_that_is_said(home: Path) -> None:
    a_row(home, "before the kill")
    said: list[str] = []
    kill(home, "postgresql", "valkey")
    Watch(home, ("postgresql", "valkey"), said.append).look()
    assert rows(home) == ["before the kill"]
    assert redis.Redis.from_url(embedded.redis_url(0, home)).ping()
    assert said == [
        "postgresql, valkey: died, and is started again ...",
        "postgresql, valkey: answers again.",
    ]


def test_servers_that_live_and_those_that_somebody_gave_are_left_alone(home: Path) -> None:
    said: list[str] = []
    before = embedded.running(home)
    Watch(home, ("postgresql", "valkey"), said.append).look()
    assert embedded.running(home) == before
    kill(home, "valkey")
    Watch(home, ("postgresql",), said.append).look()
    Watch(home, (), said.append).look()
    assert "valkey" not in embedded.running(home)
    assert said == []


def test_two_who_look_at_once_start_a_server_once(home: Path) -> None:
    log = home / "logs" / "postgresql.log"
    kill(home, "postgresql")
    before = log.read_text().count("starting PostgreSQL")
    watches = [Watch(home, ("postgresql",), str.strip) for _ in range(2)]
    with ThreadPoolExecutor() as both:
        list(both.map(Watch.look, watches))
    assert log.read_text().count("starting PostgreSQL") == before + 1


def test_a_server_that_cannot_be_started_again_is_tried_later_and_ends_nothing(state: Path) -> None:
    embedded.start(state, lasting=False)
    kill(state, "postgresql")
    control = state / "postgresql" / "global" / "pg_control"
    control.rename(state / "aside")
    said: list[str] = []
    watch = Watch(state, ("postgresql",), said.append, pause_seconds=0)
    watch.look()
    assert "PostgreSQL stopped" in said[-1]
    (state / "aside").rename(control)
    watch.look()
    assert said[-1] == "postgresql: answers again."


def test_what_cannot_be_started_again_is_not_said_without_end(state: Path) -> None:
    embedded.start(state, lasting=False)
    kill(state, "postgresql")
    (state / "postgresql" / "global" / "pg_control").unlink()
    said: list[str] = []
    watch = Watch(state, ("postgresql",), said.append)
    for _ in range(3):
        watch.look()
    assert len(said) == 2


def test_a_killed_client_lets_go_of_its_rows_although_its_statement_goes_on(home: Path) -> None:
    a_row(home, "locked")
    sleep = f"import psycopg; database = psycopg.connect({embedded.database_url(home)!r})"
    for statement in ("SELECT note FROM notes FOR UPDATE", "SELECT pg_sleep(600)"):
        sleep += f"; database.execute({statement!r})"
    client = subprocess.Popen([sys.executable, "-c", sleep])
    assert becomes(lambda: sleepers(home) == 1, seconds=60)
    client.kill()
    client.wait()
    assert becomes(lambda: sleepers(home) == 0, seconds=60)


def sleepers(state: Path) -> int:
    with psycopg.connect(embedded.database_url(state)) as connection:
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        row = connection.execute(asleep).fetchone()
        assert row
        return int(row[0])


def test_a_pid_file_that_names_somebody_elses_process_does_not_stop_a_start(home: Path) -> None:
    stale = (home / "postgresql" / "postmaster.pid").read_text().splitlines()
    embedded.stop(home)
    stale[0] = str(os.getpid())
    (home / "postgresql" / "postmaster.pid").write_text("\n".join(stale) + "\n")
    run("start", FAMILYLINK_STATE=str(home))
    assert embedded.running(home)["postgresql"] != os.getpid()


def test_stop_leaves_no_process_and_loses_nothing(home: Path) -> None:
    a_row(home, "kept")
    assert processes_below(home)
    run("stop", FAMILYLINK_STATE=str(home))
    assert becomes(lambda: processes_below(home) == [], seconds=2)
    run("start", FAMILYLINK_STATE=str(home))
    assert rows(home) == ["kept"]


def test_a_start_that_was_killed_halfway_leaves_no_half_of_a_database(state: Path) -> None:
    embedded.start(state, only=["valkey"], lasting=False)
    (state / "postgresql.new").mkdir()
    (state / "postgresql.new" / "PG_VERSION").write_text("18\n")
    embedded.start(state, only=["postgresql"], lasting=False)
    a_row(state, "whole")
    assert rows(state) == ["whole"]


def test_two_states_do_not_meet(state: Path) -> None:
    with embedded.temporary_state("embedded-tests") as other:
        embedded.start(state, lasting=False)
        embedded.start(other, lasting=False)
        a_row(state, "mine")
        a_row(other, "theirs")
        embedded.stop(other)
        assert embedded.running(other) == {}
        assert rows(state) == ["mine"]


def test_servers_of_a_killed_test_run_end_with_it() -> None:
    script = (
        "import time, familylink.embedded as e\n"
        "with e.temporary_state('orphan-tests') as s:\n"
        "    e.start(s, lasting=False)\n"
        "    print(s, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=TOP, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        left = Path(owner.stdout.readline().strip())
        assert len(embedded.running(left)) == 2
        owner.kill()
    assert becomes(lambda: processes_below(left) == [])
    with embedded.temporary_state("orphan-tests"):
        assert not left.exists()


def test_a_sweep_spares_the_states_of_runs_that_live(state: Path) -> None:
    with embedded.temporary_state("embedded-tests"):
        assert (state / "owner").exists()


def test_the_socket_path_is_short_even_below_a_deep_folder(state: Path) -> None:
    state.chmod(0o711)
    deep = state / ("a" * 60) / ("b" * 60)
    embedded.start(deep, lasting=False)
    try:
        a_row(deep, "reached")
        assert len(os.fsencode(embedded.socket_folder(deep) / ".s.PGSQL.5432")) <= 107
        assert embedded.socket_folder(deep) != embedded.socket_folder(deep / "c")
    finally:
        embedded.stop(deep)
        embedded.socket_folder(deep).rmdir()


def test_a_socket_folder_that_somebody_put_there_before_is_refused(state: Path) -> None:
    elsewhere = state / "elsewhere"
    elsewhere.mkdir()
    (state / "run").symlink_to(elsewhere)
    with pytest.raises(embedded.ServerError, match="belongs to somebody else"):
        embedded.start(state)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another OS user")
def test_a_state_that_the_servers_cannot_enter_is_refused_in_words(state: Path) -> None:
    state.chmod(0o711)
    closed = state / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(embedded.ServerError, match=r"cannot enter .*closed: choose another folder"):
        embedded.start(closed / "state")


def test_a_violated_key_leaves_no_value_in_the_servers_log(home: Path) -> None:
    a_row(home, "Zoriana Vymyslena")
    with pytest.raises(psycopg.errors.UniqueViolation):
        a_row(home, "Zoriana Vymyslena")
    log = (home / "logs" / "postgresql.log").read_text()
    assert "duplicate key" in log
    assert "Vymyslena" not in log


def test_a_server_that_cannot_start_says_its_last_words(state: Path) -> None:
    embedded.start(state, only=["postgresql"], lasting=False)
    embedded.stop(state)
    (state / "postgresql" / "global" / "pg_control").unlink()
    with pytest.raises(embedded.ServerError, match="could not find the database system"):
        embedded.start(state, only=["postgresql"], lasting=False)


def test_the_keys_are_made_once_and_for_their_owner_only(state: Path) -> None:
    first = embedded.keys_file(state).read_text()
    assert embedded.keys_file(state).read_text() == first
    assert embedded.keys_file(state).stat().st_mode & 0o777 == 0o600
    names = [line.partition("=")[0] for line in first.splitlines()]
    assert names == ["FAMILYLINK_KEYS", "FAMILYLINK_INDEX_KEY", "DJANGO_SECRET_KEY"]


def test_keys_that_exist_are_kept_when_a_new_one_is_needed(state: Path) -> None:
    (state / "keys.env").write_text("FAMILYLINK_KEYS=k1:kept\n")
    lines = embedded.keys_file(state).read_text().splitlines()
    assert lines[0] == "FAMILYLINK_KEYS=k1:kept"
    assert len(lines) == 3


def test_a_given_database_is_used_and_none_is_started() -> None:
    given = "postgres://somebody@127.0.0.1:1/theirs"
    code = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    done = run("with", "--", sys.executable, "-c", code, DATABASE_URL=given)
    database, broker = done.stdout.split()
    assert database == given
    assert broker.startswith("unix://")


def test_with_hands_on_the_exit_code() -> None:
    assert run("with", "--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_fresh_keys_can_be_printed_for_a_service_that_runs_elsewhere(state: Path) -> None:
    printed, others = (dict(line.split("=", 1) for line in run("keys").stdout.split()) for _ in range(2))
    assert set(printed) == {"FAMILYLINK_KEYS", "FAMILYLINK_INDEX_KEY", "DJANGO_SECRET_KEY"}
    assert not set(printed.values()) & set(others.values())
    file = state / "keys.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in printed.items()))
    given = {"FAMILYLINK_KEYS_FILE": str(file), "DATABASE_URL": "postgres://nowhere/nothing"}
    code = "import familylink.settings as s; print(s.SEALING_KEYS, s.INDEX_KEY, s.SECRET_KEY)"
    read = subprocess.run([sys.executable, "-c", code], cwd=TOP, env=given, capture_output=True, text=True)
    assert read.stdout.split() == list(printed.values()), read.stderr


@pytest.mark.parametrize(
    ("url", "for_celery"),
    [
        ("unix:///run/valkey.sock?db=2", "redis+socket:///run/valkey.sock?virtual_host=2"),
        ("redis://somewhere:6379/1", "redis://somewhere:6379/1"),
        ("rediss://somewhere:6379/1", "rediss://somewhere:6379/1"),
    ],
)
def test_celery_reads_the_same_server(url: str, for_celery: str) -> None:
    assert embedded.broker_url(url) == for_celery
