"""pytest plugin (`-p tests.servers`): the suite's own PostgreSQL and Valkey, and fresh keys.

Only the process that was started by hand starts servers; the processes of xdist find them in the environment,
and each takes a Redis database of its own. What DATABASE_URL or REDIS_URL gives is used as it is.
"""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from familylink import embedded

pytest_plugins = ["tests.browser_setup"]

_servers = ExitStack()
atexit.register(_servers.close)  # pytest_unconfigure is not reached when reading the settings fails


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    # A wrapper runs before every plain hook of this name; one of those is pytest-django reading the settings.
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = with_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")) + 1)
    else:
        _start_servers()
    return (yield)


def pytest_unconfigure() -> None:
    _servers.close()


def _start_servers() -> None:
    state = _servers.enter_context(embedded.temporary_state("tests"))
    missing = embedded.needed()
    embedded.start(state, only=missing, lasting=False)
    os.environ.setdefault("DATABASE_URL", embedded.database_url(state))
    os.environ.setdefault("REDIS_URL", embedded.redis_url(0, state))
    os.environ.update(embedded.new_keys(), FAMILYLINK_STATE=str(state), FAMILYLINK_BARE="true")
    os.environ["FAMILYLINK_IN_FLIGHT"] = "1"  # what a test's own transaction holds no other thread sees
    os.environ["FAMILYLINK_DEMO_WITHOUT_SECOND_FACTOR"] = "true"  # its own tests turn it on


def with_database(url: str, number: int) -> str:
    """The same Redis, another of its databases: in the path of redis://, in the query of unix://."""
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={number}"
    return re.sub(r"^(rediss?://[^/?]*)(/\d*)?", rf"\1/{number}", url)
