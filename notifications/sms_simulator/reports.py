"""Reports back to the service: signed, at their time, and as disorderly as the weather wants."""

import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
import urllib.parse
import uuid
from typing import Any

STRANGERS_SECRET = "not the secret that the two have agreed on"  # noqa: S105
_TRIES = 5


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA-256 over "timestamp.body": what X-Signature carries."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()


class Reporter:
    """Posts reports to `url` from a thread of its own; what it cannot deliver it tries five times, then forgets."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._secret = secret
        self._waiting: queue.PriorityQueue[tuple[float, int, str, dict[str, Any]]] = queue.PriorityQueue()
        self._count = 0
        self._lock = threading.Lock()
        for _ in range(4):
            threading.Thread(target=self._work, daemon=True).start()

    def tell(self, report: dict[str, Any], *, after: float = 0.0, forged: bool = False) -> None:
        """Report this in so many seconds. `forged`: as a stranger would, who does not know the secret."""
        secret = STRANGERS_SECRET if forged else self._secret
        with self._lock:
            self._count += 1
            number = self._count
        self._waiting.put((time.monotonic() + after, number, secret, report))

    def _work(self) -> None:
        while True:
            due, number, secret, report = self._waiting.get()
            wait = due - time.monotonic()
            if wait > 0:  # look again soon: an earlier one may come meanwhile
                self._waiting.put((due, number, secret, report))
                time.sleep(min(wait, 0.05))
            elif not self._post(secret, report) and report.setdefault("_tries", 0) < _TRIES:
                report["_tries"] += 1
                self._waiting.put((time.monotonic() + 1.0, number, secret, report))

    def _post(self, secret: str, report: dict[str, Any]) -> bool:
        body = json.dumps({key: value for key, value in report.items() if key != "_tries"}).encode()
        now = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Timestamp": now}
        headers["X-Signature"] = signature(secret, now, body)
        there = http.client.HTTPConnection(self._url.hostname or "127.0.0.1", self._url.port, timeout=10)
        try:
            there.request("POST", self._url.path, body, headers)
            return there.getresponse().status in (200, 403)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            there.close()


def status_report(message_id: str, reference: str, status: str) -> dict[str, Any]:
    """What became of a message. The event is the same when the report is repeated, and new for each status."""
    event = uuid.uuid5(uuid.NAMESPACE_OID, f"{message_id} {status}")
    return {"type": "status", "event": str(event), "id": message_id, "reference": reference, "status": status}


def reply_report(sender: str, text: str) -> dict[str, Any]:
    """What somebody wrote back."""
    return {"type": "reply", "event": str(uuid.uuid4()), "from": sender, "text": text}
