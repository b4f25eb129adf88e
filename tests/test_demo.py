"""`make demo` as a whole: a wave from files to delivered messages, and never into anything real."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 400  # for a busy machine; it takes 20 on one of one's own
DEMO = [sys.executable, "manage.py", "demo"]


def play(**environment: str) -> subprocess.CompletedProcess[str]:
    """What `make demo` runs, with no URL or key of this test run."""
    return run(sys.executable, "-m", "familylink.embedded", "with", "--", *DEMO, **environment)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    return subprocess.run(
        command,
        cwd=TOP,
        env={**kept, "FAMILYLINK_SENDING": "send", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.fault
def test_the_demo_plays_a_wave_to_its_end_and_prints_what_happened() -> None:
    done = play()
    assert done.returncode == 0, done.stdout + done.stderr
    table = dict(re.findall(r"^(.+?) +(\d+)$", done.stdout, re.M))
    assert {"reports", "list entries", "candidates compared", "matches certain", "decisions: same"} <= set(
        table
    )
    told = sum(int(number) for what, number in table.items() if what.startswith("messages news"))
    assert (
        int(table["messages news by sms: delivered"]) + int(table["messages news by email: delivered"])
        == told
    )
    assert told > int(table["matches now confirmed"]) > 0


def test_the_demo_never_enters_a_database_that_somebody_named() -> None:
    done = play(DATABASE_URL="postgres://nobody@127.0.0.1:1/real")
    assert done.returncode == 1
    assert "DATABASE_URL is set" in done.stderr


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"FAMILYLINK_SMS_TRANSPORT": "sink,twilio"}, "A transport is set for sms"),
        ({"FAMILYLINK_SENDING": "hold"}, "FAMILYLINK_SENDING is not 'send'"),
    ],
    ids=["a real transport", "sending off"],
)
def test_the_demo_says_why_it_does_not_play(tmp_path: Path, environment: dict[str, str], reason: str) -> None:
    done = run(*DEMO, FAMILYLINK_STATE=str(tmp_path), **environment)
    assert done.returncode == 1
    assert reason in done.stderr
