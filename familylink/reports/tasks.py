"""Nudges: the rows know what is due; a lost one costs a minute."""

from celery import shared_task

from familylink.reports import due, endings, tallies


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Do what time has brought."""
    for step in (endings.end_next, due.forget_next_drafts, due.ask_next_whether_still_searching):
        while step():
            pass
    due.ask_for_new_proofs()
    tallies.forget_past()
    while due.mark_next_photos():
        pass
