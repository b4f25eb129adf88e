"""DO: a wrong key of the right form is noticed before anything is read or written with it.

It opens nothing and finds nobody, and what is written under it is lost when the right one is back. So the database
knows each key by a keyed hash, written when the key is first used, and every new connection compares its own with them:
of the web, of a worker, of a command. An id is one key's for ever; a key taken out of the settings is not asked for.
"""

import logging
from collections.abc import Iterator
from typing import Any

from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, ProgrammingError, connection, models

from familylink.damage import CannotOpen, Damaged, KeyIsAway, opens
from familylink.reports.models import Contact, KnownKey, Report
from familylink.reports.models.contact import address_index
from familylink.reports.models.report import source_index
from familylink.resealing import sealed_tables, some_values
from familylink.sealing import INDEX_KEY_ID, fingerprints, key_id_of

logger = logging.getLogger(__name__)

SOME = 20


def compare(*, connection: Any, **_: Any) -> None:
    """On a new connection, before anybody uses it. Raises ImproperlyConfigured, in words, where a key is another."""
    if connection.alias != DEFAULT_DB_ALIAS:
        return
    try:
        _compare()
    except BaseException:
        connection.close()  # else whoever asks next finds it open, and nobody compares
        raise


def compare_at_start() -> None:
    """Nothing starts with a wrong key. A database that is away now compares as soon as it is back."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        logger.warning("keys are not compared yet: the database is away (%s)", type(error).__name__)
    finally:
        connection.close()


@worker_init.connect
@beat_init.connect
def _end_with_a_wrong_key(**_: Any) -> None:
    try:
        compare_at_start()
    except ImproperlyConfigured as error:  # Celery goes on after any other exception
        raise SystemExit(1) from error


def _compare() -> None:
    try:
        known = _known()
    except ProgrammingError:  # before the first `migrate` there is no table, and nothing sealed
        return
    ours = fingerprints()
    _refuse_others(ours, known)
    new = ours.keys() - known.keys()
    if new and not known:
        try:
            _refuse(_that_open_nothing() & new)
        except ProgrammingError:  # half migrated: the next connection compares
            return
    if new:
        rows = [KnownKey(key_id=key_id, fingerprint=ours[key_id]) for key_id in sorted(new)]
        KnownKey.objects.bulk_create(rows, ignore_conflicts=True)
        _refuse_others(ours, _known())  # somebody with another key may have been faster


def _known() -> dict[str, bytes]:
    return {key.key_id: bytes(key.fingerprint) for key in KnownKey.objects.all()}


def _refuse_others(ours: dict[str, bytes], known: dict[str, bytes]) -> None:
    _refuse({key_id for key_id, mark in ours.items() if known.get(key_id, mark) != mark})


def _refuse(wrong: set[str]) -> None:
    if not wrong:
        return
    named = [f"the key {key_id!r} of FAMILYLINK_KEYS" for key_id in sorted(wrong - {INDEX_KEY_ID})]
    named += ["FAMILYLINK_INDEX_KEY"] * (INDEX_KEY_ID in wrong)
    words = (
        f"Another key than this database was written with: {', '.join(named)}. Nothing was read or written."
    )
    logger.error(words)
    raise ImproperlyConfigured(words)


def _that_open_nothing() -> set[str]:
    """A database from before keys were known: ids of those for which there are values, of which none is theirs."""
    right: set[str] = set()
    wrong: set[str] = set()
    for key_id, is_right in (*_sealed(), *_hashed()):
        (right if is_right else wrong).add(key_id)
    return wrong - right


def _sealed() -> Iterator[tuple[str, bool]]:
    for table in sealed_tables():
        for field, row_id, sealed in some_values(table):
            try:
                field.open_all([row_id], [sealed])
            except KeyIsAway:
                continue
            except Damaged:
                yield key_id_of(sealed), False
            else:
                yield key_id_of(sealed), True


def _hashed() -> Iterator[tuple[str, bool]]:
    contacts = Contact.objects.only("channel", "address", "address_index")[:SOME]
    for contact in filter(lambda row: _opens(row, "address"), contacts):
        mark = address_index(contact.channel, contact.address)
        yield INDEX_KEY_ID, mark == bytes(contact.address_index)
    numbered = Report.objects.filter(source_reference__isnull=False, source_index__isnull=False)
    reports = numbered.only("source", "source_reference", "source_index")[:SOME]
    for report in filter(lambda row: _opens(row, "source_reference"), reports):
        number = source_index(report.source, str(report.source_reference))
        yield INDEX_KEY_ID, number == bytes(report.source_index or b"")


def _opens(row: models.Model, name: str) -> bool:
    try:
        return opens(row, name)
    except CannotOpen:
        return False
