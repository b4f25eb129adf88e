"""The tests' browser: `python -m tests.browser_setup` finds or installs a Chromium and prints its path.

As a pytest plugin it skips the tests marked `browser` where there is none and says so in the last line; under
FAMILYLINK_REQUIRE_BROWSER=1 a skipped one fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 600

_skipped: dict[str, str] = {}


# --- finding one --------------------------------------------------------------------------------------------


def find() -> str:
    """Path of a Chromium that starts, or nothing."""
    candidates = [
        os.environ.get("FAMILYLINK_CHROMIUM"),
        *(shutil.which(name) for name in NAMES),
        _playwrights(),
    ]
    return next((path for path in candidates if path and _starts(path)), "")


def install() -> None:
    """Debian's package as root, else the download of Playwright; whichever is to be had."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if _did("apt-get", "install", "-y", "--no-install-recommends", "chromium"):
            return
        _did("apt-get", "update")
        if _did("apt-get", "install", "-y", "--no-install-recommends", "chromium"):
            return
    _did(sys.executable, "-m", "playwright", "install", "chromium")


def _did(*command: str) -> bool:
    print("Looking for a browser:", *command, file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights() -> str:
    """The Chromium that Playwright downloaded earlier, newest first."""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(cache.glob("chromium*/chrome-linux*/*"), reverse=True)
    return next((str(path) for path in found if path.name in {"chrome", "headless_shell"}), "")


# --- in pytest ----------------------------------------------------------------------------------------------


def pytest_configure() -> None:
    if "FAMILYLINK_CHROMIUM" not in os.environ:
        os.environ["FAMILYLINK_CHROMIUM"] = find()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not os.environ["FAMILYLINK_CHROMIUM"]:
        pytest.skip("no Chromium (none found on this machine, none could be installed)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("browser"):
        if os.environ.get("FAMILYLINK_REQUIRE_BROWSER") == "1":
            report.outcome = "failed"
            report.longrepr = f"a browser test was skipped where none may be: {report.longreprtext}"
        report.user_properties.append(("skipped browser test", _reason(report.longrepr)))
    return report


def _reason(longrepr: Any) -> str:
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    reason = dict(report.user_properties).get("skipped browser test")
    if report.skipped and reason:
        _skipped[report.nodeid] = str(reason)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _skipped and not hasattr(config, "workerinput"):
        names = ", ".join(sorted(name.rpartition("::")[2] for name in _skipped))
        print(f"\nbrowser tests skipped: {'; '.join(sorted(set(_skipped.values())))}: {names}")


if __name__ == "__main__":
    if not find():
        install()
    print(find())
