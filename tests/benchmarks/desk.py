"""How long staff wait for a page when very many pairs wait for them: `python -m tests.benchmarks.desk`.

Prints JSON lines, one for each kind of page: milliseconds of CPU of the web process and of its PostgreSQL together,
and of the clock, with the number of queries. A second line for a tenth of the pairs shows what grows with them.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from typing import Any

from tests.benchmarks.saying import Clock, say
from tests.benchmarks.wave import a_database, server

SIZE = int(os.environ.get("PAIRS", "100000"))
TIMES = int(os.environ.get("TIMES", "30"))
QUEUE = "/admin/matching/match/"
ORDERS = {"by probability": "", "by band": "o=2", "oldest first": "o=7", "newest first": "o=-7"}


def main() -> None:
    with a_database():
        from tests.benchmarks import desk_store

        clock = Clock()
        reviewers = desk_store.fill(SIZE)
        say("build a desk", pairs=SIZE, **clock.seconds())
        gc.collect()
        gc.freeze()  # what the filling left is no web process's to look through
        measure(reviewers)


def measure(reviewers: Sequence[Any]) -> None:
    from django.conf import settings
    from django.test import Client, override_settings

    client = Client()
    client.force_login(reviewers[0])
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        ALLOWED_HOSTS=["testserver"],
        STAFF_NEED_SECOND_FACTOR=False,
        STORAGES={**settings.STORAGES, "staticfiles": plain},
    ):
        client.get(QUEUE)  # templates are compiled once
        for what, addresses in pages():
            _measure(client, what, addresses)


def pages() -> Iterator[tuple[str, list[str]]]:
    """A kind of page, and the addresses to ask for it."""
    from matching.models import Match, Wave

    wave = Wave.objects.order_by("pk").first()
    assert wave
    filters = {
        "probable": "band__exact=probable",
        "one wave": f"wave={wave.pk}",
        "a wave's certain": f"wave={wave.pk}&band__exact=certain",
        "kind of list": "entry__source_list__kind__exact=media",
        "language en": "language=en",
        "nobody's": "claimed=nobody",
        "mine": "claimed=me",
        "second": "show=second",
        "decided": "show=decided",
        "new evidence": "show=new",
        "all": "show=all",
    }
    for name, order in ORDERS.items():
        yield f"queue {name}", [f"{QUEUE}?{order}"] * TIMES
        yield f"queue {name}, deep", [f"{QUEUE}?{order}&p={SIZE // 100}"] * TIMES
    for name, asked in filters.items():
        yield f"queue, {name}", [f"{QUEUE}?{asked}"] * TIMES
        yield f"queue, {name}, oldest first", [f"{QUEUE}?{asked}&o=7"] * TIMES
    yield "next pair", [f"{QUEUE}next/"] * TIMES
    undecided = Match.objects.undecided().order_by("id").values_list("pk", flat=True)
    yield "pair", [f"{QUEUE}{pk}/change/" for pk in undecided[: 2 * TIMES]]
    yield "dashboard", ["/admin/"] * TIMES
    yield "weak pairs together", [f"{QUEUE}together/"] * TIMES


def _measure(client: Any, what: str, addresses: Sequence[str]) -> None:
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    from tests.benchmarks.store import percentile

    backend, spent, queries = server(), [], []
    for address in addresses:
        reset_queries()  # Django keeps the last 9,000, and a full log grows no more
        clock = Clock(backend)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        spent.append(clock.seconds())
        queries.append(len(asked))
        assert answer.status_code == (302 if address.endswith("next/") else 200), address
    wall, cpu = ([one[unit] * 1000 for one in spent] for unit in ("seconds", "cpu_seconds"))
    say(
        what,
        p50_ms=round(percentile(wall, 0.5), 1),
        p95_ms=round(percentile(wall, 0.95), 1),
        cpu_p50_ms=round(percentile(cpu, 0.5), 1),
        cpu_p95_ms=round(percentile(cpu, 0.95), 1),
        queries=max(queries),
        queries_least=min(queries),
    )


if __name__ == "__main__":
    main()
