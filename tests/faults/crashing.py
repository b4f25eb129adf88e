"""A worker that dies without a word at a named point: `python -m tests.faults.crashing`, lines "id point" on stdin.

Each line is done by a fork of this process, which ends with 9 where it was told to.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from notifications import delivery  # noqa: E402
from notifications.models import Notification  # noqa: E402
from notifications.settling import Ended, settle  # noqa: E402
from notifications.sms_simulator.log import TAKEN, read  # noqa: E402
from notifications.transports.base import Accepted, Outgoing  # noqa: E402
from tests.faults.gateways import First  # noqa: E402

point = ""
UNCOMMITTED = {
    "attempt_uncommitted": 'UPDATE "notifications_notification" SET "attempt_count"',
    "settled_uncommitted": 'UPDATE "notifications_attempt" SET "outcome"',
}


def die_at(name: str) -> None:
    if point == name:
        os._exit(9)


def die_after_sql(execute: Any, sql: str, *rest: Any) -> Any:
    result = execute(sql, *rest)
    if sql.startswith(UNCOMMITTED.get(point, "\0")):
        os._exit(9)
    return result


class Dying(First):
    """The gateway, whose process dies right before the first byte, or between the last byte and the answer."""

    def send(self, outgoing: Outgoing) -> Accepted:
        die_at("before_bytes")
        if point == "after_bytes":
            threading.Thread(target=super().send, args=[outgoing], daemon=True).start()
            log = Path(os.environ["FAULT_PHONES"])
            while not any(line.reference == str(outgoing.reference) for line in read(log, TAKEN)):
                time.sleep(0.005)
            os._exit(9)
        accepted = super().send(outgoing)
        die_at("after_answer")
        return accepted


def work(notification_id: str) -> None:
    with connection.execute_wrapper(die_after_sql):
        (claimed,) = delivery.claim(among=Notification.objects.filter(pk=notification_id))
        die_at("claimed")
        (opened,) = delivery.open_attempts([claimed])
        die_at("attempt_committed")
        settle([Ended(opened.attempt, delivery.hand_over(opened))])
        die_at("settled")


def main() -> None:
    global point
    settings.TRANSPORTS = {"sms": "tests.faults.crashing.Dying"}
    for line in sys.stdin:
        notification_id, point = line.split()
        child = os.fork()
        if child == 0:
            work(notification_id)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.modules["tests.faults.crashing"] = sys.modules["__main__"]  # the transport is named by its path
    main()
