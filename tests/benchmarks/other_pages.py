"""The question page of two public services, built from their own published source, to stand beside ours.

GOV.UK and the NHS ask frightened people one question a page, too. npm fetches what they publish (their templates,
styles and scripts, unchanged), nunjucks builds the page as their documentation shows it, and a server here serves it
compressed; the NHS's fonts lie on another host and are left out. Without npm both services are. None for missing
persons can be built like this: those whose source is open (Person Finder, Sahana Eden, Primero) come only together with
platforms of their own.
"""

import functools
import gzip
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

BUILD = """
const [folder, page] = process.argv.slice(1);
process.stdout.write(require("nunjucks").configure([folder]).renderString(page));
"""
PAGE = """{{% extends "{name}/template.njk" %}}
{{% from "{name}/components/date-input/macro.njk" import {date_input} as askDate %}}
{{% from "{name}/components/button/macro.njk" import {button} as goOn %}}
{{% block pageTitle %}}When was this person born?{{% endblock %}}
{{% block head %}}<link rel="stylesheet" href="/{name}-frontend.min.css">{{% endblock %}}
{{% block content %}}<form method="post" novalidate>{{{{ askDate({{id: "born", namePrefix: "born",
fieldset: {{legend: {{text: "When was this person born?", isPageHeading: true,
classes: "{name}-fieldset__legend--l"}} }},
hint: {{text: "Leave empty what you do not know."}}, items: [
{{name: "day", label: "Day", classes: "{name}-input--width-2"}},
{{name: "month", label: "Month", classes: "{name}-input--width-2"}},
{{name: "year", label: "Year", classes: "{name}-input--width-4"}}]}}) }}}}
{{{{ goOn({{text: "Continue"}}) }}}}</form>{{% endblock %}}
{{% block bodyEnd %}}<script type="module" src="/{name}-frontend.min.js"></script>
<script type="module">import {{ initAll }} from "/{name}-frontend.min.js"; initAll()</script>{{% endblock %}}"""


class Peer(NamedTuple):
    """A service, and the part of its published package that a browser sees."""

    service: str
    name: str
    package: str
    date_input: str
    button: str


PEERS = (
    Peer("GOV.UK", "govuk", "govuk-frontend@6.6.0", "govukDateInput", "govukButton"),
    Peer("NHS", "nhsuk", "nhsuk-frontend@10.6.1", "dateInput", "button"),
)


@contextmanager
def others(folder: Path) -> Iterator[dict[str, str]]:
    """Service -> address of its page, while they are served; none where there is no npm."""
    servers = {peer.service: _serve(_built(folder, peer)) for peer in (PEERS if _fetch(folder) else ())}
    try:
        yield {service: f"http://127.0.0.1:{server.server_port}" for service, server in servers.items()}
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def _fetch(folder: Path) -> bool:
    npm = shutil.which("npm")
    packages = [*(peer.package for peer in PEERS), "nunjucks@3.2.4"]
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder)]
    quietly += [
        "--fetch-retries=0",
        "--fetch-timeout=20000",
    ]  # where there is no network it must not hold us up
    return (
        npm is not None and subprocess.run([npm, "install", *quietly, *packages], check=False).returncode == 0
    )


def _built(folder: Path, peer: Peer) -> Path:
    dist = folder / "node_modules" / f"{peer.name}-frontend" / "dist"
    page = subprocess.run(
        ["node", "-e", BUILD, str(dist), PAGE.format(**peer._asdict())],
        cwd=folder,
        check=True,
        capture_output=True,
    ).stdout
    (dist / peer.name / "index.html").write_bytes(page)
    return dist / peer.name


def _serve(folder: Path) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Compressed, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Compressed(SimpleHTTPRequestHandler):
    """As their servers send it: text compressed, fonts as they are."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        is_text = file.suffix in (".html", ".css", ".js", ".mjs", ".svg", ".json")
        content = gzip.compress(file.read_bytes()) if is_text else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Length", str(len(content)))
        if is_text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, *_: object) -> None:
        """Nothing: a benchmark prints figures only."""
