"""The settings of the workers in these tests: the service's own, with a provider that keeps a log, and a quick beat."""

from familylink.settings import *  # noqa: F403
from familylink.settings import CELERY_BEAT_SCHEDULE, env

PROVIDER = "tests.faults.provider.LoggedProvider"
SINK = "notifications.transports.sink.SinkTransport"

if "FAULT_PROVIDER" in env.ENVIRON:
    TRANSPORTS = {"sms": PROVIDER, "email": PROVIDER}
    TRANSPORT_OPTIONS = dict.fromkeys(TRANSPORTS, env.json("FAULT_PROVIDER"))
else:
    TRANSPORTS = {"sms": SINK, "email": SINK}
CELERY_IMPORTS = ["tests.faults.naive"]
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": env.float("FAULT_BEAT_SECONDS", default=1.0)}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
