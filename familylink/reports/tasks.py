"""Nudges: the rows know what is due; a lost one costs a minute."""

import functools
from collections.abc import Callable

from celery import shared_task

from familylink.celery import each_alone
from familylink.reports import due, endings, tallies


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Do what time has brought."""
    each_alone(
        [
            endings.end_due,
            _until_done(due.forget_next_drafts),
            _until_done(due.ask_next_whether_still_searching),
            due.ask_for_new_proofs,
            tallies.forget_past,
            _until_done(due.mark_next_photos),
        ]
    )


def _until_done(step: Callable[[], bool]) -> Callable[[], None]:
    @functools.wraps(step)
    def every() -> None:
        while step():
            pass

    return every
