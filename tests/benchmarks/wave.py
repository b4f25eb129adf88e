"""One wave through a PostgreSQL of many reports, as a worker does it, and single reports against it."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median

import django
from django.db import connection

from familylink import embedded
from matching import engine
from matching.engine.profiles import PRESENT
from tests.benchmarks.peers import BruteForce
from tests.benchmarks.saying import Clock, say


def measure_store(
    missing: Sequence[engine.Person],
    waves: Sequence[Sequence[tuple[engine.Person, int | None]]],
    peer: BruteForce,
) -> None:
    """The first of the waves is that of a worker that has just started; of the later ones the median is said too,
    since a machine that others use as well may be half as fast for seconds."""
    with a_database():
        from tests.benchmarks import store

        say("build in PostgreSQL", size=len(missing), **build(missing))
        sizes = store.sizes()
        index = sum(sizes[part] for part in sizes if part != "person_bytes") / len(missing)
        say("sizes", **sizes, index_bytes_a_report=round(index))
        lists = [[person for person, _ in wave] for wave in waves]
        sealed = measure_waves(lists, peer, "sealed"), measure_single(lists[-1][:200], "sealed")
        with unsealed():
            plain = measure_waves(lists, peer, "plain"), measure_single(lists[-1][:200], "plain")
        say(
            "what sealing costs",
            wave=round(sealed[0] / plain[0], 2),
            one_record=round(sealed[1] / plain[1], 2),
        )


def build(missing: Sequence[engine.Person]) -> dict[str, object]:
    """Profiles and keys are made first and told apart from what PostgreSQL takes; progress goes to stderr."""
    from tests.benchmarks import store

    clock, prepared = Clock(), []
    for done, one in enumerate(store.prepare(missing), start=1):
        prepared.append(one)
        if done % 100_000 == 0:
            print(f"{done} of {len(missing)} prepared", file=sys.stderr, flush=True)
    made = clock.seconds()
    keys = store.fill(prepared)
    return {
        "profiles_and_keys_seconds": made["seconds"],
        "profiles_and_keys_cpu_seconds": made["cpu_seconds"],
        "keys_each": round(keys / len(missing), 2),
        **clock.seconds(),
    }


@contextmanager
def unsealed() -> Iterator[None]:
    """The same rows with their profiles in plain bytes: what the same work would cost without sealing."""
    from django.db import connection as database

    from familylink import sealing
    from familylink.reports.models import MissingPerson
    from matching.models import ListEntry

    for model in (MissingPerson, ListEntry):
        field = model._meta.get_field("profile")
        with database.cursor() as cursor:
            cursor.execute(f"SELECT id::text, profile FROM {model._meta.db_table}")
            rows = cursor.fetchall()
            keys, sealed = [pk for pk, _ in rows], [bytes(one) for _, one in rows]
            opened = zip(field.open_all(keys, sealed), rows, strict=True)
            cursor.execute("CREATE TEMP TABLE plain (id uuid, profile bytea)")
            with cursor.copy("COPY plain FROM STDIN") as copy:
                for data, (pk, _) in opened:
                    copy.write_row((pk, data))
            cursor.execute(
                f"UPDATE {model._meta.db_table} AS t SET profile = p.profile FROM plain p WHERE p.id = t.id"
            )
            cursor.execute("DROP TABLE plain")
            cursor.execute(f"VACUUM FULL ANALYZE {model._meta.db_table}")
    keep = sealing.Keyring.open, sealing.SealedField.open_all
    sealing.Keyring.open = lambda self, sealed, context: (
        sealed if sealed.startswith(PRESENT) else keep[0](self, sealed, context)
    )
    sealing.SealedField.open_all = lambda self, keys, sealed: (
        list(sealed) if self.name == "profile" else keep[1](self, keys, sealed)
    )
    try:
        yield
    finally:
        sealing.Keyring.open, sealing.SealedField.open_all = keep


@contextmanager
def a_database() -> Iterator[None]:
    """A database of our own, in a PostgreSQL of our own or, where DATABASE_URL names one, in that."""
    with embedded.temporary_state("bench") as state:
        embedded.start(state, only=embedded.needed(), lasting=False)
        os.environ.setdefault("DATABASE_URL", embedded.database_url(state))
        os.environ.setdefault("REDIS_URL", embedded.redis_url(0, state))
        os.environ.update(embedded.new_keys(), FAMILYLINK_STATE=str(state), FAMILYLINK_BARE="true")
        os.environ["DJANGO_SETTINGS_MODULE"] = "familylink.settings"
        django.setup()
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def measure_waves(lists: Sequence[Sequence[engine.Person]], peer: BruteForce, how: str) -> float:
    """Seconds of CPU of a later one."""
    measure_wave(lists[0], peer, f"{how}, first wave")
    later = [measure_wave(listed, peer, f"{how}, later wave") for listed in lists[1:]]
    middle = {name: median(one[name] for one in later) for name in ("times_faster", "cpu_seconds")}
    say(f"waves from PostgreSQL, {how}, median of later ones", **middle)
    return middle["cpu_seconds"]


def measure_wave(listed: Sequence[engine.Person], peer: BruteForce, how: str) -> dict[str, float]:
    """The whole list, in the batches of a worker, with the evidence stored; what it took."""
    from matching.models import Match
    from tests.factories import a_committed_list

    lines = [f"{person.names[0].full};{person.birth}" for person in listed]
    run = a_committed_list(*lines, heading=f"ПІБ;Дата народження;{how}")
    before = Match.objects.count()
    spent = peer.beside(partial(_match, run.pk), server=server())
    run.refresh_from_db()
    say(
        f"wave from PostgreSQL, {how}, evidence stored",
        candidates_each=run.candidate_count / len(listed),
        matches=Match.objects.count() - before,
        is_done=run.finished_at is not None,
        **spent,
    )
    return spent


def _match(run_id: int) -> None:
    from matching import waves

    waves.plan_batches(run_id)
    while waves.match_next_batch():
        pass


def measure_single(listed: Sequence[engine.Person], how: str) -> float:
    """One record against all reports: keys, join, opening, scoring, ranking; nothing written. Median in ms."""
    from django.db import transaction

    from matching import judging, yardstick
    from matching.models import ListEntry
    from tests.benchmarks.store import percentile

    profiles = [engine.profile(person).to_bytes() for person in listed]
    spent = []
    with transaction.atomic():
        measured_by, backend = yardstick.in_force(), server()
        for stored in profiles:
            entry, clock = ListEntry(profile=stored), Clock(backend)
            judging.judge_entries([entry], measured_by)
            spent.append(clock.seconds())
    wall, cpu = ([one[unit] * 1000 for one in spent] for unit in ("seconds", "cpu_seconds"))
    say(
        f"one record against PostgreSQL, {how}",
        p50_ms=round(percentile(wall, 0.5), 2),
        p95_ms=round(percentile(wall, 0.95), 2),
        cpu_p50_ms=round(percentile(cpu, 0.5), 2),
        cpu_p95_ms=round(percentile(cpu, 0.95), 2),
    )
    return percentile(cpu, 0.5)


def server() -> int:
    """The process of PostgreSQL that works for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
