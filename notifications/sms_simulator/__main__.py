"""`python -m notifications.sms_simulator --port 9700 --log sms.jsonl`: runs until it is stopped."""

import argparse
import json
import signal
import sys
from pathlib import Path

from notifications.sms_simulator.log import Log
from notifications.sms_simulator.reports import Reporter
from notifications.sms_simulator.server import HOST, Simulator
from notifications.sms_simulator.weather import read_weather


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="notifications.sms_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9700, help="0: any free one; printed at the start")
    parser.add_argument("--log", type=Path, default=Path("sms-simulator.jsonl"), help="what phones received")
    parser.add_argument("--token", default="simulator", help="what callers must show as a bearer")
    parser.add_argument(
        "--callback", default="", help="where to report, http://127.0.0.1:8000/callbacks/gateway/"
    )
    parser.add_argument("--secret", default="", help="what reports are signed with")
    parser.add_argument("--weather", default="{}", help='faults as JSON, {"lost": 0.06}')
    wanted = parser.parse_args(arguments)
    reporter = Reporter(wanted.callback, wanted.secret) if wanted.callback else None
    simulator = Simulator(wanted.port, Log(wanted.log), wanted.token, reporter)
    simulator.weather = read_weather(json.loads(wanted.weather))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"http://{HOST}:{simulator.server_port}\n")
    sys.stdout.flush()
    try:
        simulator.serve_forever()
    except KeyboardInterrupt:
        simulator.server_close()


if __name__ == "__main__":
    main(sys.argv[1:])
