"""ASK: the one admission path for reports, from the web form, from staff and from a file.

First the report is written, whole; every courtesy (codes, messages, matching) comes after and cannot lose it.
"""

import dataclasses
import uuid
from collections.abc import Collection, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from familylink import clock
from familylink.damage import opens
from familylink.reports import one_man
from familylink.reports.answers import answers_of, person_of
from familylink.reports.endings import withdraw as withdraw  # staff and imports ask for it here
from familylink.reports.models import (
    Channel,
    Consent,
    Contact,
    MissingPerson,
    Purpose,
    Report,
)
from familylink.reports.models.contact import address_index
from familylink.reports.models.report import number_index, source_index
from familylink.reports.news import write_anew
from familylink.reports.persons import change_person as change_person
from familylink.reports.persons import lock_men, write_person
from familylink.reports.references import new_code_word, new_reference
from matching.engine import Person

CONSENT_VERSION = "2026-11-23"
REQUIRED = (Purpose.SEARCH, Purpose.CONTACT)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """What one relative tells us. `person.names` has the main name first; addresses are canonical."""

    person: Person
    relation: str
    language: str
    reporter_name: str = ""
    circumstances: str = ""
    addresses: Collection[tuple[Channel, str]] = ()
    consents: Collection[Purpose] = ()
    code_word: str = ""
    source: str = Report.Source.WEB
    source_reference: str = ""
    source_number: str = ""  # of it what another organisation calls its report
    entered_by: User | None = None
    told_how: str = ""  # one of ToldHow, where staff entered it
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_agreed(self) -> bool:
        """Whether they agreed to all without which we may not search."""
        return set(REQUIRED) <= set(self.consents)


@transaction.atomic
def file_report(told: Told) -> Report:
    """One report with its missing person, names, keys and contacts, or nothing.

    The same person may be reported any number of times: who else is in the database makes no difference.
    Raises engine.NoName when no name has a letter in it.
    """
    now = clock.now()
    person = write_person(told.person)
    report = Report.objects.create(
        reference=new_reference(),
        missing_person=person,
        source=told.source,
        source_reference=told.source_reference or None,
        source_index=source_index(told.source, told.source_reference),
        number_index=number_index(told.source_number),
        relation=told.relation,
        reporter_name=told.reporter_name,
        circumstances=told.circumstances,
        answers=dict(told.answers or _as_answers(told)),
        code_word=told.code_word or new_code_word(told.language),
        language=told.language,
        entered_by=told.entered_by,
        told_how=told.told_how,
        consent_version=CONSENT_VERSION if told.is_agreed else "",
        consented_at=now if told.is_agreed else None,
        filed_at=now,
        searching_at=now,
    )
    agree(report, told.consents, told.told_how)
    for channel, address in told.addresses:
        add_contact(report, channel, address)
    return report


def held(report: Report) -> Report:
    """The report as it is now, and nobody else changes it or whom it tells of before this transaction ends."""
    return _locked(report)[0]


@transaction.atomic
def correct(report: Report, told: Told) -> Report:
    """The same relative tells it anew: what they changed is changed, and matched again; the rest stays.

    What staff corrected, or another relative of the same person told, is not undone by it. What is damaged is whole
    again. Raises engine.NoName.
    """
    report, men = _locked(report)
    for man in men:
        known = man.known()
        # Where nobody knows what they said before, or a fact is lost, all they say now is new: it takes nothing away.
        can_be_told_apart = not known.missing and opens(report, "answers")
        before = person_of(report.answers or {}) if can_be_told_apart else one_man.NOTHING
        facts = one_man.retold(man, known.facts, report, before, told.person)
        if known.is_damaged or facts != known.facts:
            change_person(man.pk, facts)
    is_written_otherwise = _is_written_otherwise(report, told)
    report.relation, report.language = told.relation, told.language
    report.reporter_name, report.circumstances = told.reporter_name, told.circumstances
    report.answers = dict(told.answers)
    if told.code_word:
        report.code_word = told.code_word
    report.save(
        update_fields=["relation", "language", "reporter_name", "circumstances", "answers", "code_word"]
    )
    if is_written_otherwise:
        write_anew(report)
    return report


def _is_written_otherwise(report: Report, told: Told) -> bool:
    """Whether a message to this family would have another code word or language than before."""
    if not opens(report, "code_word"):
        return bool(told.code_word)
    return told.language != report.language or told.code_word not in ("", report.code_word)


@transaction.atomic
def tell_again(report: Report, told: Told) -> bool:
    """`correct`, in the place of what is damaged; False where nothing is, or the report has ended: then it stays."""
    report = held(report)
    if report.withdrawn_at is not None or not report.is_telling_lost:
        return False
    correct(report, told)
    return True


@transaction.atomic
def stop_contact(report: Report, contact_id: uuid.UUID) -> bool:
    """Nothing more goes to this address; False for the last proven one: without it nobody could be told."""
    MissingPerson.objects.select_for_update().get(pk=report.missing_person_id)
    others = report.contacts.reachable().exclude(pk=contact_id)
    is_needed = report.contacts.reachable().filter(pk=contact_id).exists() and not others.exists()
    stopped = not is_needed and report.contacts.filter(pk=contact_id).update(stopped_at=Now())
    return bool(stopped)


def go_on_searching(report: Report) -> None:
    """The family still searches: it is asked again only after the time it chose."""
    Report.objects.open().filter(pk=report.pk).update(searching_at=Now(), asked_at=None, asked_count=0)


def agree(report: Report, purposes: Collection[Purpose], told_how: str = "") -> None:
    """Exactly these purposes from now on; each keeps when it was agreed to, how, and when no longer."""
    now = clock.now()
    given = report.consents.filter(withdrawn_at=None)
    given.exclude(purpose__in=purposes).update(withdrawn_at=now)
    Consent.objects.bulk_create(
        (
            Consent(
                report=report,
                purpose=purpose,
                version=CONSENT_VERSION,
                language=report.language,
                told_how=told_how,
                given_at=now,
            )
            for purpose in purposes
        ),
        ignore_conflicts=True,
    )


def add_contact(report: Report, channel: Channel, address: str) -> Contact:
    """The contact of this report at this address; a second time it is the same one."""
    contact, _ = Contact.objects.get_or_create(
        report=report,
        channel=channel,
        address_index=address_index(channel, address),
        defaults={"address": address},
    )
    if not opens(contact, "address"):  # told again, it is whole again
        contact.address = address
        contact.save(update_fields=["address"])
    return contact


@transaction.atomic
def renew_code_word(report: Report) -> bool:
    """A new one in the place of one that is damaged; False for any other: the family knows that one."""
    report = Report.objects.select_for_update(of=["self"]).get(pk=report.pk)
    if not report.is_code_word_lost:
        return False
    report.code_word = new_code_word(report.language)
    report.save(update_fields=["code_word"])
    write_anew(report)
    return True


def _as_answers(told: Told) -> dict[str, str]:
    """What came from elsewhere, as if the family had answered our questions: so they can mend it."""
    rest = {
        "relation": told.relation,
        "reporter_name": told.reporter_name,
        "circumstances": told.circumstances,
    }
    return answers_of(told.person) | {name: text for name, text in rest.items() if text}


def _locked(report: Report) -> tuple[Report, list[MissingPerson]]:
    """The report and whom it tells of, as they are once nobody else can link it or take a link back."""
    men = lock_men(report.pk)
    return Report.objects.select_for_update(of=["self"]).get(pk=report.pk), men
