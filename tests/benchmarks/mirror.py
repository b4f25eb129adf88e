"""The mirror case: one new report against all entries of a list, filed and matched as a family's and a worker's is.

`python -m tests.benchmarks.mirror`, or SIZE=1000000 of it. Prints JSON lines, beside brute force over the same names.
"""

import os
from collections.abc import Sequence

from django.db import connection

from matching import engine
from tests.benchmarks import people
from tests.benchmarks.peers import best_by_ratio, sorted_name
from tests.benchmarks.saying import Clock, say
from tests.benchmarks.wave import a_database, server

SIZE = int(os.environ.get("SIZE", "100000"))
REPORTS = int(os.environ.get("REPORTS", "200"))
_PART, _WARMING = 1000, 20


def main() -> None:
    missing = list(people.reports(SIZE, 41))
    listed = [person for person, _ in people.listed(missing, SIZE, 42)]
    told = missing[: REPORTS + _WARMING]
    with a_database():
        clock = Clock()
        put_in_force(listed)
        say("list in force", size=SIZE, **clock.seconds())
        measure(told)
    names = [sorted_name(person) for person in listed]
    clock = Clock()
    for person in told[:10]:
        best_by_ratio([sorted_name(person)], names)
    say("brute force, one report", ms_each=round(clock.seconds()["seconds"] * 100, 2))


def put_in_force(listed: Sequence[engine.Person]) -> None:
    """Entries as a commit writes them, without the file, its preview and the matching of the list."""
    from matching import lists, staging
    from matching.models import SourceList
    from tests.factories import a_committed_list

    run = a_committed_list("Нікому Невідомий;01.01.1901")
    rows = [
        lists.PersonRow("", number, (person.names[0].full,), person, "", "", 0)
        for number, person in enumerate(listed, 10)
    ]
    source_list = SourceList.objects.get(pk=run.source_list_id)
    for start in range(0, len(rows), _PART):
        part = [{**staging.row_json(row), "position": row.number} for row in rows[start : start + _PART]]
        staging.write_entries(source_list, part)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure(told: Sequence[engine.Person]) -> None:
    """Filing and matching are measured apart: the second is what the family waits for and never sees."""
    from familylink.reports import intake
    from matching import waves
    from matching.models import Match
    from tests.benchmarks.store import percentile

    while waves.match_next_batch():
        pass
    backend, filed, matched = server(), [], []
    for person in told:
        clock = Clock(backend)
        intake.file_report(intake.Told(person=person, relation="mother", language="uk", source="import"))
        filed.append(clock.seconds())
        clock = Clock(backend)
        waves.match_next_persons()
        matched.append(clock.seconds())
    for what, spent in (("filing", filed), ("matching, evidence stored", matched)):
        wall, cpu = ([one[unit] * 1000 for one in spent[_WARMING:]] for unit in ("seconds", "cpu_seconds"))
        say(
            f"one new report against the list: {what}",
            p50_ms=round(percentile(wall, 0.5), 2),
            p95_ms=round(percentile(wall, 0.95), 2),
            cpu_p50_ms=round(percentile(cpu, 0.5), 2),
            cpu_p95_ms=round(percentile(cpu, 0.95), 2),
        )
    say("pairs found", reports=len(told), pairs=Match.objects.count())


if __name__ == "__main__":
    main()
