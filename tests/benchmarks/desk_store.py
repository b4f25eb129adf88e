"""A desk at its worst hour: waves, lists and reports with pairs by the hundred thousand, most waiting, some decided."""

import datetime as dt
import os
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from familylink.reports.models import AccessRecord, Contact, MissingPerson, PersonName, Report
from matching import engine
from matching.models import Decision, Exchange, ListEntry, Match, MatchState, SourceList, Wave
from matching.review import letters, telling
from tests.benchmarks import people
from tests.factories import a_member_of_staff

WAVES, LISTS_OF_A_WAVE, REVIEWERS = 5, 4, 6
PAIRS_A_PERSON = 5
LIST_BYTES = 300_000
CONTACTS = ("sms", "email")
BANDS = (("possible", 0.72), ("probable", 0.2), ("certain", 0.08))
_AT_ONCE = 5_000
_NOW = timezone.now()


def fill(pairs: int, seed: int = 5) -> list[User]:
    """So many pairs of a fifth as many reports and entries; the reviewers. What the engine would say is drawn."""
    chance = random.Random(seed)
    reviewers = [a_member_of_staff("leads") for _ in range(REVIEWERS)]
    with _triggers_off():
        persons = _persons(pairs // PAIRS_A_PERSON, chance)
        entries = _entries(pairs // PAIRS_A_PERSON, chance)
        decided = _matches(pairs, persons, entries, reviewers, chance)
        confirmed = [match for match in decided if match.state == MatchState.CONFIRMED]
        _write(Decision, (one for match in decided for one in _decisions(match, chance)))
        _write(AccessRecord, (_view(match, reviewers, chance) for match in decided))
    with transaction.atomic():
        for match in confirmed:
            telling.post(match, letters.plan(match))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return reviewers


@contextmanager
def _triggers_off() -> Iterator[None]:
    tables = [model._meta.db_table for model in (MissingPerson, ListEntry, Match, Decision, AccessRecord)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _write(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    rest = iter(rows)
    while part := list(islice(rest, _AT_ONCE)):
        model._default_manager.bulk_create(part, batch_size=_AT_ONCE)


def _persons(size: int, chance: random.Random) -> list[MissingPerson]:
    """Each with a name, a report and the report's two contacts."""
    told = list(people.reports(size, chance.randrange(1_000)))
    made = [
        MissingPerson(
            birth_date=str(one.birth),
            sex="m",
            profile=engine.profile(one).to_bytes(),
            profile_version="bench",
            matched_revision=1,
        )
        for one in told
    ]
    reports = [_report(person, number) for number, person in enumerate(made)]
    _write(MissingPerson, made)
    _write(PersonName, map(_name, made, told))
    _write(Report, reports)
    _write(Contact, (_contact(report, channel) for report in reports for channel in CONTACTS))
    return made


def _name(person: MissingPerson, told: engine.Person) -> PersonName:
    (name,) = told.names
    return PersonName(
        missing_person=person, surname=name.surname, given_name=name.given, patronymic=name.patronymic
    )


def _report(person: MissingPerson, number: int) -> Report:
    return Report(
        reference=f"{number:012}",
        missing_person=person,
        source="import",
        source_reference=str(number),
        relation="mother",
        circumstances="востаннє писав узимку",
        code_word="калина",
        language=("uk", "uk", "uk", "ru", "en")[number % 5],
    )


def _contact(report: Report, channel: str) -> Contact:
    number = int(report.reference)
    address = f"+38099{number:07}" if channel == "sms" else f"family{number}@example.org"
    return Contact(report=report, channel=channel, address=address, confirmed_at=_NOW)


def _entries(size: int, chance: random.Random) -> list[ListEntry]:
    exchange = Exchange.objects.create(name="Обмін")
    days = [dt.date(2026, 5, 20) + dt.timedelta(days=number) for number in range(WAVES)]
    waves = [
        Wave.objects.create(exchange=exchange, stage=stage, occurred_on=day)
        for stage, day in enumerate(days, 1)
    ]
    lists = [_list(wave, number, size) for wave in waves for number in range(LISTS_OF_A_WAVE)]
    told = people.reports(size, chance.randrange(1_000))
    made = [_entry(lists[number % len(lists)], number, one) for number, one in enumerate(told)]
    _write(ListEntry, made)
    return made


def _list(wave: Wave, number: int, size: int) -> SourceList:
    return SourceList.objects.create(
        wave=wave,
        source_name=f"Штаб {number}",
        kind=("released", "released", "media", "planned")[number % 4],
        reliability="A",
        state="committed",
        committed_at=_NOW,
        entry_count=size // (WAVES * LISTS_OF_A_WAVE),
        filename="list.csv",
        content=os.urandom(LIST_BYTES),
        content_index=uuid.uuid4().bytes * 2,
    )


def _entry(source_list: SourceList, number: int, told: engine.Person) -> ListEntry:
    (name,) = told.names
    text = f"{name.surname} {name.given} {name.patronymic}"
    return ListEntry(
        source_list=source_list,
        position=number,
        row=number,
        raw=[text, str(told.birth)],
        name_text=text,
        birth_date=str(told.birth),
        profile=engine.profile(told).to_bytes(),
        profile_version="bench",
    )


def _matches(
    pairs: int,
    persons: Sequence[MissingPerson],
    entries: Sequence[ListEntry],
    reviewers: Sequence[User],
    chance: random.Random,
) -> list[Match]:
    """Writes them all; those that are not open come back. Frequent names have rivals by the hundred."""
    evidence, decided, known, taken = _evidence(persons, entries, chance), [], set(), set()
    made = []
    while len(made) < pairs:
        person = chance.randrange(len(persons))
        entry = int(len(entries) * chance.random() ** 1.5)
        if (person, entry) in known:
            continue
        known.add((person, entry))
        match = _match(persons[person], entries[entry], chance.choice(evidence), reviewers, chance)
        _settle(match, reviewers, chance, is_to_be_told=not {entry, ~person} & taken and entry % 10 == 0)
        if match.state == MatchState.CONFIRMED:
            taken |= {entry, ~person}
        made.append(match)
        if match.state not in ("open", "lapsed"):
            decided.append(match)
    _write(Match, made)
    return decided


def _evidence(
    persons: Sequence[MissingPerson], entries: Sequence[ListEntry], chance: random.Random
) -> list[engine.Comparison]:
    population = engine.Population.from_tables()
    return [
        engine.compare(
            engine.Profile.from_bytes(chance.choice(persons).profile),
            engine.Profile.from_bytes(chance.choice(entries).profile),
            population,
        )
        for _ in range(200)
    ]


def _match(
    person: MissingPerson,
    entry: ListEntry,
    compared: engine.Comparison,
    reviewers: Sequence[User],
    chance: random.Random,
) -> Match:
    band = chance.choices([name for name, _ in BANDS], [share for _, share in BANDS])[0]
    low, high = {"possible": (0.01, 0.5), "probable": (0.5, 0.95), "certain": (0.95, 1.0)}[band]
    return Match(
        missing_person=person,
        entry=entry,
        points=compared.points,
        probability=chance.uniform(low, high),
        band=band,
        evidence={"evidence": [line.as_dict() for line in compared.evidence], "caps": list(compared.caps)},
        evidence_index=uuid.uuid4().bytes * 2,
        engine_version=engine.ENGINE_VERSION,
        tables_version=engine.TABLES_VERSION,
        person_revision=1,
        proposed_at=_NOW - dt.timedelta(minutes=chance.uniform(0, 4_000)),
    )


def _settle(match: Match, reviewers: Sequence[User], chance: random.Random, *, is_to_be_told: bool) -> None:
    """Seven of ten are open; the others stand wherever a pair can stand."""
    match.state = chance.choices(
        ("open", "awaiting_second", "disputed", "rejected", "lapsed"), (70, 6, 1, 18, 5)
    )[0]
    if is_to_be_told and match.entry.source_list.kind == "released":
        match.state = "confirmed"
    if match.state in ("rejected", "confirmed"):
        match.decided_at = _NOW - dt.timedelta(minutes=chance.uniform(0, 20_000))
        match.new_evidence_at = _NOW if chance.random() < 0.01 else None
    if match.state in ("awaiting_second", "disputed", "rejected", "confirmed"):
        match.first_reviewer, match.second_reviewer = chance.sample(reviewers, 2)
        match.first_verdict = "same" if match.state == "confirmed" else "different"


def _decisions(match: Match, chance: random.Random) -> Iterator[Decision]:
    both: list[Any] = [match.first_reviewer, match.second_reviewer]
    for reviewer in both if match.state != "awaiting_second" else both[:1]:
        yield Decision(
            match=match,
            match_revision=1,
            reviewer=reviewer,
            verdict="same" if match.state == "disputed" and reviewer == both[1] else match.first_verdict,
            reason="kin",
            evidence=match.evidence,
            evidence_index=match.evidence_index,
            decided_at=_NOW - dt.timedelta(minutes=chance.uniform(0, 20_000)),
        )


def _view(match: Match, reviewers: Sequence[User], chance: random.Random) -> AccessRecord:
    return AccessRecord(viewer=chance.choice(reviewers), subject="matching.match", subject_id=match.pk)
