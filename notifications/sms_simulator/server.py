"""The simulator's addresses. It listens on this machine only: what it keeps are texts to families."""

import json
import threading
import time
import uuid
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from notifications.sms_simulator.log import TAKEN, TRIED, Line, Log
from notifications.sms_simulator.reports import Reporter, reply_report, status_report
from notifications.sms_simulator.weather import Weather, read_weather

HOST = "127.0.0.1"
LONGEST = 100_000  # bytes of a request


class Simulator(ThreadingHTTPServer):
    """One provider. Without a reporter it reports nothing back."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, log: Log, token: str, reporter: Reporter | None = None) -> None:
        super().__init__((HOST, port), _Handler)
        self.log = log
        self.token = token
        self.reporter = reporter
        self.weather = Weather()
        self.lock = threading.Lock()

    def take(self, reference: str, to: str, text: str) -> Line:
        """Keep the message for good, and report on it as the weather wants."""
        line = Line(TAKEN, str(uuid.uuid4()), reference, to, text)
        self.log.add(line)
        if self.reporter:
            self._report(self.reporter, line)
        return line

    def _report(self, reporter: Reporter, line: Line) -> None:
        weather, after = self.weather, self.weather.receipt_after or 0.0
        for status in weather.reports(line.to):
            reporter.tell(status_report(line.id, line.reference, status), after=after)
        if weather.is_forged(line.to):
            reporter.tell(status_report(line.id, line.reference, "undelivered"), forged=True)


class _Cut(Exception):
    """The connection ends here, without an answer."""


class _Handler(BaseHTTPRequestHandler):
    server: Simulator
    protocol_version = "HTTP/1.0"  # a new connection for each call, as the contract asks

    def do_POST(self) -> None:
        routes = {"/messages": self._send, "/replies": self._reply}
        self._answer_by(routes.get(urlsplit(self.path).path))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        routes = {"/messages": self._list, "/weather": self._weather, "/": self._alive}
        self._answer_by(self._one if path.startswith("/messages/") else routes.get(path))

    def do_PUT(self) -> None:
        self._answer_by(self._change_weather if self.path == "/weather" else None)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing to the terminal: addresses and texts belong into the log only."""

    def _answer_by(self, work: Any) -> None:
        if work is None:
            self._say(HTTPStatus.NOT_FOUND, {"error": "no such address"})
        elif self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self._say(HTTPStatus.UNAUTHORIZED, {"error": "unknown token"})
        else:
            self._work(work)

    def _work(self, work: Any) -> None:
        try:
            status, answer = work()
        except _Cut:
            self.close_connection = True
            return
        except (ValueError, KeyError, TypeError) as error:
            status, answer = HTTPStatus.BAD_REQUEST, {"error": f"cannot be read: {type(error).__name__}"}
        self._say(status, answer)

    def _send(self) -> tuple[int, Any]:
        asked = self._body()
        reference, to, text = (str(asked[name]) for name in ("reference", "to", "text"))
        weather = self.server.weather
        nth = self.server.log.add(Line(TRIED, "", reference, to, ""))
        time.sleep(weather.seconds)
        fate = weather.fate(to, nth)
        if fate == "dropped":
            raise _Cut
        if fate == "refused":
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "busy"}
        if fate == "declined":
            return HTTPStatus.OK, {"status": "declined", "error": "no_such_number"}
        line = self.server.take(reference, to, text)
        if fate == "lost":
            raise _Cut
        if fate == "contradicted":
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "busy"}
        return HTTPStatus.OK, _shown(line)

    def _one(self) -> tuple[int, Any]:
        reference = urlsplit(self.path).path.removeprefix("/messages/")
        found = [line for line in self.server.log.taken() if line.reference == reference]
        if not self.server.weather.looks_up:
            return HTTPStatus.NOT_IMPLEMENTED, {"error": "this provider cannot say"}
        return HTTPStatus.OK, {"messages": [_shown(line) for line in found]}

    def _list(self) -> tuple[int, Any]:
        asked = parse_qs(urlsplit(self.path).query)
        since, to = float(asked.get("since", ["0"])[0]), asked.get("to", [""])[0]
        found = [line for line in self.server.log.taken() if line.at >= since and to in ("", line.to)]
        return HTTPStatus.OK, {"messages": [_shown(line) for line in found]}

    def _reply(self) -> tuple[int, Any]:
        asked = self._body()
        if self.server.reporter is None:
            return HTTPStatus.CONFLICT, {"error": "started without --callback"}
        self.server.reporter.tell(reply_report(str(asked["from"]), str(asked["text"])))
        return HTTPStatus.ACCEPTED, {}

    def _weather(self) -> tuple[int, Any]:
        return HTTPStatus.OK, vars(self.server.weather)

    def _change_weather(self) -> tuple[int, Any]:
        self.server.weather = read_weather(self._body())
        return self._weather()

    def _alive(self) -> tuple[int, Any]:
        return HTTPStatus.OK, {"messages": len(self.server.log.taken())}

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 < length <= LONGEST:
            raise ValueError("too long or empty")
        asked = json.loads(self.rfile.read(length))
        if not isinstance(asked, dict):
            raise TypeError("not an object")
        return asked

    def _say(self, status: int, answer: Any) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # whoever asked has been killed: what was taken stays taken
            self.close_connection = True


def _shown(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "status": "accepted",
        "reference": line.reference,
        "to": line.to,
        "text": line.text,
        "at": line.at,
    }
