"""A store of many reports in a PostgreSQL of its own, filled as intake would fill it, only faster."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice

from django.db import connection

from familylink.reports.keys import PROFILE_VERSION, stored_keys_of
from familylink.reports.models import MissingPerson, MissingPersonKey, Report
from familylink.sealing import current_keyring
from matching import engine

_AT_ONCE = 20_000
_PREPARED_AT_ONCE = 500
_KEYS, _PERSONS = MissingPersonKey._meta.db_table, MissingPerson._meta.db_table
_PERSON = (
    "id,birth_date,sex,place,unit,profile,profile_version,number,keys,revision,matched_revision,match_failures,"
    "created_at"
)


class Prepared:
    """What is written of one person."""

    __slots__ = ("id", "keys", "number", "profile")

    def __init__(self, number: int, profile: engine.Profile, keys: list[int]) -> None:
        self.id, self.number = uuid.uuid4(), number
        self.profile, self.keys = profile.to_bytes(), keys


def prepare(people: Iterable[engine.Person]) -> Iterator[Prepared]:
    """Profiles and keys, as intake makes them."""
    numbers, rest = count(1), iter(people)
    while part := [engine.profile(person) for person in islice(rest, _PREPARED_AT_ONCE)]:
        yield from map(Prepared, islice(numbers, len(part)), part, stored_keys_of(part))


def fill(prepared: Iterable[Prepared]) -> int:
    """Write them with COPY, and what the triggers would have written in one stroke; the number of keys."""
    rest = iter(prepared)
    with _triggers_and_index_afterwards():
        while part := list(islice(rest, _AT_ONCE)):
            _copy(_PERSONS, _PERSON, map(_person_line, part))
    _file_reports()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"SELECT count(*) FROM {_KEYS}")
        return int(cursor.fetchone()[0])


def _copy(table: str, columns: str, lines: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write("".join(lines))


def _person_line(one: Prepared) -> str:
    # As SealedField does it: table, row and column are bound to the value. Matching reads no other sealed column.
    context = f"{MissingPerson._meta.db_table}|{one.id}|profile".encode()
    sealed = current_keyring().seal(one.profile, context).hex()
    empty = r"\\x" + "\t"
    keys = "{" + ",".join(map(str, one.keys)) + "}"
    return (
        f"{one.id}\t{empty * 4}\\\\x{sealed}\t{PROFILE_VERSION}\t{one.number}\t{keys}\t1\t1\t0\t2026-01-01\n"
    )


def _file_reports() -> None:
    """One open report for each person: as the model makes it, whatever columns it has by now."""
    own = {
        "id": "gen_random_uuid()",
        "missing_person_id": "id",
        "reference": "left(replace(id::text, '-', ''), 12)",
    }
    one, fields = Report(source="import", relation="mother"), Report._meta.concrete_fields
    values = {
        field.column: field.get_db_prep_save(field.pre_save(one, add=True), connection)
        for field in fields
        if field.column not in own and not field.has_db_default()
    }
    sql = (
        f"INSERT INTO {Report._meta.db_table} ({', '.join([*own, *values])})"
        f" SELECT {', '.join([*own.values(), *['%s'] * len(values)])} FROM {_PERSONS}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values.values()))


@contextmanager
def _triggers_and_index_afterwards() -> Iterator[None]:
    """Filing all at once is many times faster than row by row; the same keys and the same index in the end."""
    persons = _PERSONS
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"ALTER TABLE {persons} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {_KEYS} DROP CONSTRAINT {_KEYS}_pkey")
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '512MB'")
        cursor.execute(
            f"INSERT INTO {_KEYS} (key, number) SELECT unnest(keys), number FROM {persons} ORDER BY 1, 2"
        )
        cursor.execute(f"ALTER TABLE {_KEYS} ADD CONSTRAINT {_KEYS}_pkey PRIMARY KEY (key, number)")
        cursor.execute(f"ALTER TABLE {persons} ENABLE TRIGGER USER")
        cursor.execute(f"SELECT setval('{persons}_number', (SELECT max(number) FROM {persons}))")
        cursor.execute("RESET work_mem")


def sizes() -> dict[str, int]:
    """Bytes on disk of the keys, their indexes and the persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size(%s::regclass), pg_indexes_size(%s::regclass), pg_table_size(%s::regclass)",
            [_KEYS, _KEYS, MissingPerson._meta.db_table],
        )
        (table, indexes, persons), *_ = cursor.fetchall()
        cursor.execute(
            f"SELECT sum(pg_column_size(keys)), pg_relation_size('one_person_per_number') FROM {_PERSONS}"
        )
        (arrays, by_number), *_ = cursor.fetchall()
    return {
        "key_table_bytes": table,
        "key_index_bytes": indexes,
        "keys_in_persons_bytes": arrays,
        "number_index_bytes": by_number,
        "person_bytes": persons,
    }


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
