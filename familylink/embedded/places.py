"""Where a checkout keeps what runs beside it: state folder, sockets, URLs, keys. Nothing starts here."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un on Linux


class ServerError(RuntimeError):
    """A server could not be started or stopped; the text says which, why and what to do."""


def checkout_id() -> str:
    """12 hex digits that stand for this checkout's path, so that two checkouts never share a state."""
    return _digest(CHECKOUT)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def state_folder() -> Path:
    """Where servers, keys and logs of `make run` live: FAMILYLINK_STATE, else the OS user's usual place."""
    if given := os.environ.get("FAMILYLINK_STATE"):
        return Path(given).resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/familylink") / checkout_id()
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).resolve() / "familylink" / checkout_id()


def socket_folder(state: Path | None = None) -> Path:
    """The private folder of both sockets; below the state folder unless that is too long for a socket."""
    state = state or state_folder()
    inside = state / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return inside
    # A fixed name in a shared folder: private_folder() refuses it if somebody else was there first.
    return Path(f"/tmp/familylink-{os.geteuid()}-{_digest(state)}")  # noqa: S108


def database_url(state: Path | None = None) -> str:
    """URL of the embedded PostgreSQL, understood by django-environ and by libpq."""
    return f"postgres://familylink@/familylink?host={quote(str(socket_folder(state)))}"


def redis_url(db: int = 0, state: Path | None = None) -> str:
    """URL of the embedded Valkey as redis-py (and so Django's cache) reads it."""
    return f"unix://{quote(str(socket_folder(state) / 'valkey.sock'))}?db={db}"


def broker_url(url: str) -> str:
    """The same server as Celery spells it: kombu wants redis+socket:// where redis-py wants unix://."""
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def keys_file(state: Path | None = None) -> Path:
    """The demo's own keys, each made once, readable by their owner only: lines KEY=VALUE."""
    state = state or state_folder()
    make_folder(state)
    path = state / "keys.env"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # of two first starts the second finds the keys of the first
        known = {line.partition("=")[0] for line in file}
        file.write("".join(f"{name}={value}\n" for name, value in new_keys().items() if name not in known))
    return path


def new_keys() -> dict[str, str]:
    """Fresh random keys: for the sealed fields (k1), for the blind indexes, and Django's secret."""
    sealing, index = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return {
        "FAMILYLINK_KEYS": f"k1:{sealing}",
        "FAMILYLINK_INDEX_KEY": index,
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(48),
    }


def make_folder(folder: Path) -> None:
    """Make a folder and the missing ones above it, whatever the umask is.

    Those of root can be passed through, not read: the servers' OS user must reach its own folder inside.
    """
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(exist_ok=True)
        missing.chmod(0o711 if os.geteuid() == 0 else 0o700)


def private_folder(folder: Path, owner: int, mode: int = 0o700) -> None:
    """Make a folder that is its owner's alone; refuse one that somebody else has put there before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.lstat().st_uid not in {owner, os.geteuid()}:
        raise ServerError(f"{folder} belongs to somebody else: remove it, or set FAMILYLINK_STATE.")
    if os.geteuid() == 0:
        os.chown(folder, owner, -1)
    folder.chmod(mode)
