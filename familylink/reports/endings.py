"""DO: how a report ends: asked for by the family, ten minutes to change one's mind, then carried out once.

Until the ten minutes are over nothing has happened: news that is owed meanwhile still goes out.
"""

import datetime as dt
import functools
import logging
import uuid

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Now

from familylink.celery import each_alone
from familylink.damage import opens
from familylink.reports import one_man
from familylink.reports.models import Contact, Draft, Ending, MissingPerson, Report
from familylink.reports.news import call_back
from familylink.reports.persons import lock_men, take_away
from notifications import outbox

log = logging.getLogger(__name__)

TIME_TO_UNDO = dt.timedelta(minutes=10)


def ask(report: Report, ending: Ending) -> bool:
    """The family says why it no longer searches; False when the report is ending or has ended already.

    What was withdrawn earlier may still be erased.
    """
    this = Report.objects.filter(pk=report.pk, erased_at=None)
    if ending == Ending.ERASED:
        this = this.filter(~Q(ending=Ending.ERASED) & (Q(ending="") | Q(withdrawn_at__isnull=False)))
    else:
        this = this.open().filter(ending="")
    return this.update(ending=ending, ends_at=Now() + Value(TIME_TO_UNDO)) == 1


def undo(report: Report) -> bool:
    """They have changed their mind in time; False when it was too late."""
    in_time = Report.objects.filter(pk=report.pk, ends_at__gt=Now(), erased_at=None)
    withdrawn = in_time.filter(withdrawn_at__isnull=False, ending=Ending.ERASED)
    back = withdrawn.update(ending=Ending.WITHDRAWN, ends_at=F("withdrawn_at"))
    return bool(back or in_time.open().update(ending="", ends_at=None))


def end_due() -> int:
    """Carry out each ending whose ten minutes are over; how many. One that fails keeps no other family waiting."""
    due = Report.objects.ending().order_by("ends_at").values_list("pk", flat=True)
    # By id: a report would stand in the log by the number that its family signs in with.
    return each_alone([functools.partial(_end, pk) for pk in due])


@transaction.atomic
def _end(report_id: uuid.UUID) -> None:
    lock_men(report_id)
    report = Report.objects.ending().filter(pk=report_id).first()  # somebody else may have done it meanwhile
    if report is not None:
        (erase if report.ending == Ending.ERASED else withdraw)(report)


@transaction.atomic
def withdraw(report: Report) -> None:
    """The family no longer looks. Nothing is deleted; matching leaves the report out, unsent news stays unsent."""
    _withdraw(report)
    _confirm(report, "report_withdrawn")


def _withdraw(report: Report) -> None:
    # Its matches are looked at again: what is open about nobody's report lapses. First, because everybody
    # locks persons before entries, matches, reports and messages, in this order: so none waits for another.
    MissingPerson.objects.filter(pk=report.missing_person_id).update(revision=F("revision") + 1)
    Report.objects.filter(pk=report.pk, ending="").update(ending=Ending.WITHDRAWN, ends_at=Now())
    Report.objects.open().filter(pk=report.pk).update(withdrawn_at=Now())
    report.refresh_from_db(fields=["news_round"])
    call_back(report, "report_withdrawn")


@transaction.atomic
def erase(report: Report) -> None:
    """Withdraw, and delete what the family told us; the empty row stays, so that no import brings it back.

    What a decision was made on is kept by the match, sealed: it must be provable why somebody was told.
    """
    men = lock_men(report.pk)
    _withdraw(report)
    report = Report.objects.get(pk=report.pk)
    _confirm(report, "report_erased")
    outbox.forget(naming=str(report.pk), addresses=_theirs_alone(report))
    _forget_facts(report, men)
    report.contacts.all().delete()
    report.pictures.all().delete()
    report.consents.filter(withdrawn_at=None).update(withdrawn_at=Now())
    is_from_a_draft = report.source != Report.Source.IMPORT and opens(report, "source_reference")
    if is_from_a_draft and report.source_reference:
        Draft.objects.filter(pk=report.source_reference).delete()
    report.reporter_name = report.circumstances = report.code_word = ""
    report.answers, report.erased_at, report.ending = None, Now(), Ending.ERASED
    report.save()


def _forget_facts(report: Report, men: list[MissingPerson]) -> None:
    """What only this family told is gone, also of a man whom other relatives search. Where something cannot be read,
    nobody knows what that is, and he stays as he is for them."""
    # The report's own man last: what he is leaves the joint one.
    for man in sorted(men, key=lambda man: man.pk != report.missing_person_id):
        try:
            take_away(man, report)
        except one_man.UNREADABLE:
            log.exception("what report %s told of missing person %s cannot be told apart", report.pk, man.pk)
    report.links.filter(added_names__isnull=False).update(added_names=None)


def _confirm(report: Report, message: str) -> None:
    """To every proven address, once: whoever did not ask for it learns that somebody has."""
    for contact in report.contacts.reachable().opened():
        outbox.post(
            reference=f"{message.replace('_', '-')}-{report.pk}",
            channel=contact.channel,
            to=contact.address,
            message=message,
            language=report.language,
            context={"reference": report.reference},
        )


def _theirs_alone(report: Report) -> list[tuple[str, str]]:
    """Its addresses, but for those that another report has, proven or not: what came from there nobody may have read
    yet, and it may be the word of that family. A report that is erased has none any more."""
    others = Contact.objects.filter(channel=OuterRef("channel"), address_index=OuterRef("address_index"))
    alone = report.contacts.filter(~Exists(others.exclude(report=report)))
    return [(contact.channel, contact.address) for contact in alone.opened()]
