"""`python -m familylink.embedded start|stop|status`; `with -- COMMAND` gives it servers of its own.

`keys` prints fresh keys for a service that runs elsewhere.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from familylink import embedded


def main(arguments: Sequence[str]) -> int:
    """Do what the words ask for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m familylink.embedded", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "status", "with", "keys"))
    parser.add_argument("command", nargs="*", help="for `with`: what to run with servers of its own")
    asked = parser.parse_args(arguments)
    if asked.action == "with":
        return _with_servers(asked.command)
    if asked.action == "keys":
        sys.stdout.write("".join(f"{name}={value}\n" for name, value in embedded.new_keys().items()))
        return 0
    if asked.action == "start":
        embedded.start()
    if asked.action == "stop":
        embedded.stop()
    sys.stdout.write("".join(f"{name}: process {pid}\n" for name, pid in embedded.running().items()))
    return 0


def _with_servers(command: list[str]) -> int:
    """Run a command with fresh servers and keys that no other run sees; its exit code is ours."""
    with embedded.temporary_state("with") as state:
        missing = embedded.needed()
        embedded.start(state, only=missing, lasting=False)
        urls = {
            "postgresql": ("DATABASE_URL", embedded.database_url(state)),
            "valkey": ("REDIS_URL", embedded.redis_url(0, state)),
        }
        environment = {
            **os.environ,
            **embedded.new_keys(),
            **dict(urls[name] for name in missing),
            "FAMILYLINK_STATE": str(state),
        }
        if "postgresql" in missing:  # a database that somebody named is never taken for one of our own
            environment["FAMILYLINK_BARE"] = "true"
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except embedded.ServerError as error:
        sys.exit(f"{error}")
