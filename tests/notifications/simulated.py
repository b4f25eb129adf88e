"""The simulator inside the test's own process, and the gateway's options that speak to it."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from notifications.sms_simulator.log import Log
from notifications.sms_simulator.reports import Reporter
from notifications.sms_simulator.server import Simulator
from notifications.sms_simulator.weather import Weather

GATEWAY = "notifications.transports.sms_gateway.GatewayTransport"
SECRET = "agreed upon"


@contextlib.contextmanager
def simulator(log: Path, callback: str = "", **weather: Any) -> Iterator[Simulator]:
    """Listening on a free port until the end of the block."""
    provider = Simulator(0, Log(log), "token", Reporter(callback, SECRET) if callback else None)
    provider.weather = Weather(**weather)
    thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()


def options(url: str, **changes: Any) -> dict[str, Any]:
    """A gateway that speaks to the simulator at this address."""
    return {
        "url": f"{url}/messages",
        "headers": {"Authorization": "Bearer token"},
        "body": {"to": "{to}", "text": "{text}", "reference": "{reference}"},
        "id_path": "id",
        "status_path": "status",
        "ok_statuses": ["accepted"],
        "refused_statuses": ["declined"],
        "permanent_statuses": ["declined"],
        "lookup_url": f"{url}/messages/{{reference}}",
        "lookup_is_complete": True,
        "list_url": f"{url}/messages?since={{since}}",
        "callback_secret": SECRET,
        **changes,
    }


def url_of(provider: Simulator) -> str:
    return f"http://127.0.0.1:{provider.server_port}"
