"""The service as a real web process, on the test's own database, at a free port of the loopback."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from familylink.embedded.life import signal_at_parents_death
from familylink.management.commands.compile_translations import catalogues, compile_catalogue, is_stale
from tests.faults.processes import TOP, url_of_database

HOST = "127.0.0.1"
START_SECONDS = 180.0


@contextmanager
def serving(folder: Path, threads: int = 4) -> Iterator[str]:
    """The address of a gunicorn that is ended afterwards; its log lies in this folder."""
    for catalogue in filter(is_stale, catalogues(Path(settings.BASE_DIR))):
        compile_catalogue(catalogue)
    port = _free_port()
    with (folder / "web.log").open("wb") as log:
        process = _start(port, log.fileno(), threads)
    try:
        _wait(process, port, folder / "web.log")
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _start(port: int, log: int, threads: int) -> subprocess.Popen[bytes]:
    web = ["gunicorn", "familylink.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            *web,
            "--threads",
            str(threads),
            "--graceful-timeout",
            "2",
            "--no-control-socket",
        ],
        cwd=TOP,
        env={
            **os.environ,
            "DATABASE_URL": url_of_database(),
            "DJANGO_SETTINGS_MODULE": "tests.browser.site_settings",
            "FAMILYLINK_SENDING": "send",
            "FAMILYLINK_URL": f"http://{HOST}:{port}",
        },
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=signal_at_parents_death(signal.SIGTERM),
    )


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > ends_at:
            raise RuntimeError(f"the web process does not answer:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/uk/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
