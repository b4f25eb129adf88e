"""One wave through a PostgreSQL of many reports, as a worker does it, and single reports against it."""

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import django
from django.db import connection

from familylink import embedded
from matching import engine
from tests.benchmarks.saying import Clock, say


def measure_store(
    missing: Sequence[engine.Person], wave: Sequence[tuple[engine.Person, int | None]], peer: float
) -> None:
    with a_database():
        from tests.benchmarks import store

        clock = Clock()
        prepared = [store.Prepared(person) for person in missing]
        say("build profiles and keys", size=len(missing), **clock.seconds())
        clock = Clock()
        keys = store.fill(prepared)
        say("build in PostgreSQL", **clock.seconds(), keys_each=round(keys / len(missing), 2))
        sizes = store.sizes()
        index = (sizes["key_table_bytes"] + sizes["key_index_bytes"]) / len(missing)
        say("sizes", **sizes, keys_bytes_a_report=round(index))
        measure_wave([person for person, _ in wave], peer)
        measure_single([person for person, _ in wave[:200]])


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


def measure_wave(listed: Sequence[engine.Person], peer: float) -> None:
    """The whole list, in the batches of a worker, with the evidence stored."""
    from matching import waves
    from matching.models import Match
    from tests.factories import a_committed_list

    lines = [f"{person.names[0].full};{person.birth}" for person in listed]
    run = a_committed_list(*lines)
    clock = Clock()
    waves.plan_batches(run.pk)
    while waves.match_next_batch():
        pass
    spent = clock.seconds()
    run.refresh_from_db()
    say(
        "wave from PostgreSQL, sealed, evidence stored",
        candidates_each=run.candidate_count / len(listed),
        matches=Match.objects.count(),
        is_done=run.finished_at is not None,
        peer_seconds=peer,
        times_faster=round(peer / spent["seconds"], 2),
        **spent,
    )


def measure_single(listed: Sequence[engine.Person]) -> None:
    """One record against all reports: keys, join, opening, scoring, ranking; nothing written."""
    from matching import candidates, waves, yardstick
    from tests.benchmarks.store import percentile

    waves._profile.cache_clear()
    seconds = []
    for number, person in enumerate(listed):
        began = time.perf_counter()
        profile = engine.profile(person)
        key = uuid.UUID(int=number)
        (met,) = candidates.persons_for({key: profile}).met.values()
        waves._rank(key, profile, met, waves._sought(met), 1_000_000, yardstick.in_force())
        seconds.append(time.perf_counter() - began)
    say(
        "one record against PostgreSQL, sealed",
        p50_ms=round(percentile(seconds, 0.5) * 1000, 2),
        p95_ms=round(percentile(seconds, 0.95) * 1000, 2),
    )
