"""A store of many reports in a PostgreSQL of its own, filled as intake would fill it, only faster."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection

from familylink.reports.models import MissingPerson, MissingPersonKey, Report
from familylink.sealing import blocking_key, current_keyring
from matching import engine

_AT_ONCE = 20_000
_KEYS = MissingPersonKey._meta.db_table
_PERSON = (
    "id,birth_date,sex,place,unit,profile,profile_version,revision,matched_revision,match_failures,created_at"
)
_REPORT = (
    "id,reference,missing_person_id,source,source_reference,relation,reporter_name,circumstances,code_word,"
    "language,consent_version,filed_at"
)


class Prepared:
    """What is written of one person."""

    __slots__ = ("id", "keys", "profile")

    def __init__(self, person: engine.Person) -> None:
        profile = engine.profile(person)
        self.id = uuid.uuid4()
        self.profile = profile.to_bytes()
        self.keys = sorted({blocking_key(key) for key in engine.stored_keys(profile)})


def fill(prepared: Iterable[Prepared]) -> int:
    """Write them with COPY, the indexes of the keys afterwards; the number of keys."""
    keys = 0
    rest = iter(prepared)
    with _indexes_afterwards():
        while part := list(islice(rest, _AT_ONCE)):
            _copy(MissingPerson._meta.db_table, _PERSON, map(_person_line, part))
            _copy(Report._meta.db_table, _REPORT, map(_report_line, part))
            _copy(_KEYS, "key,missing_person_id", _key_lines(part))
            keys += sum(len(one.keys) for one in part)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return keys


def _copy(table: str, columns: str, lines: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write("".join(lines))


def _person_line(one: Prepared) -> str:
    # As SealedField does it: table, row and column are bound to the value. Matching reads no other sealed column.
    context = f"{MissingPerson._meta.db_table}|{one.id}|profile".encode()
    sealed = current_keyring().seal(one.profile, context).hex()
    empty = r"\\x" + "\t"
    return f"{one.id}\t{empty * 4}\\\\x{sealed}\t1\t1\t1\t0\t2026-01-01\n"


def _report_line(one: Prepared) -> str:
    empty = "\\\\x\t"
    return f"{uuid.uuid4()}\t{one.id.hex[:12]}\t{one.id}\timport\t\tmother\t{empty * 3}uk\t\t2026-01-01\n"


def _key_lines(part: Iterable[Prepared]) -> Iterator[str]:
    return (f"{key}\t{one.id}\n" for one in part for key in one.keys)


class _indexes_afterwards:  # noqa: N801 -- read as a phrase
    """Building an index at once is many times faster than row by row; the same index in the end."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype IN ('p', 'f')",
                [_KEYS],
            )
            self._constraints = cursor.fetchall()
            for name, _ in self._constraints:
                cursor.execute(f'ALTER TABLE {_KEYS} DROP CONSTRAINT "{name}"')
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [_KEYS])
            self._indexes = cursor.fetchall()
            for name, _ in self._indexes:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _name, definition in self._indexes:
                cursor.execute(definition)
            for name, definition in self._constraints:
                cursor.execute(f'ALTER TABLE {_KEYS} ADD CONSTRAINT "{name}" {definition}')


def sizes() -> dict[str, int]:
    """Bytes on disk of the keys, their indexes and the persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size(%s::regclass), pg_indexes_size(%s::regclass), pg_table_size(%s::regclass)",
            [_KEYS, _KEYS, MissingPerson._meta.db_table],
        )
        (table, indexes, persons), *_ = cursor.fetchall()
    return {"key_table_bytes": table, "key_index_bytes": indexes, "person_bytes": persons}


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
