"""Every worker sweeps by its own clock: a dead beat and a dead broker change nothing for what is owed."""

import logging
import random
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import connections

from notifications import reconcile, recovery, retention

logger = logging.getLogger(__name__)
_stopping = threading.Event()


@worker_ready.connect
def start(**_: Any) -> None:
    """Once per worker, in its main process: its pool may be busy or its broker gone."""
    if settings.SWEEP_SECONDS > 0:
        threading.Thread(target=_sweep_until_stopped, name="sweeper", daemon=True).start()


@worker_shutting_down.connect
def stop(**_: Any) -> None:
    """What is under way ends; nothing new begins."""
    _stopping.set()


def _sweep_until_stopped() -> None:
    while not _stopping.wait(settings.SWEEP_SECONDS * random.uniform(0.8, 1.2)):  # noqa: S311
        try:
            recovery.sweep(go_on=lambda: not _stopping.is_set())
            reconcile.reconcile_if_due()
            retention.purge_if_due(lambda: not _stopping.is_set())
        except Exception as error:  # the database may be away: the next sweep tries again
            logger.warning("sweep failed (%s)", type(error).__name__)
        finally:
            connections.close_all()
