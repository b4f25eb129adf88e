"""The settings of the workers in these tests: the service's own, simulated providers, and a quick beat."""

import datetime

import time_machine

from familylink.settings import *  # noqa: F403
from familylink.settings import CELERY_BEAT_SCHEDULE, env

SINK = "notifications.transports.sink.SinkTransport"

if "FAULT_GATEWAYS" in env.ENVIRON:
    gateways = env.json("FAULT_GATEWAYS")
    classes = {"first": "tests.faults.gateways.First", "second": "tests.faults.gateways.Second"}
    TRANSPORTS = {channel: [classes[name] for name in gateways] for channel in ("sms", "email")}
    TRANSPORT_OPTIONS = dict.fromkeys(TRANSPORTS, gateways)
else:
    TRANSPORTS = {"sms": SINK, "email": SINK}
IN_FLIGHT = env.int("FAULT_IN_FLIGHT", default=8)
CELERY_IMPORTS = ["tests.faults.naive"]
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": env.float("FAULT_BEAT_SECONDS", default=1.0)}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
if skew := env.float("FAULT_CLOCK_MINUTES", default=0.0):
    # This machine's clock is wrong; the database's is not.
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=skew)
    time_machine.travel(moment, tick=True).start()
