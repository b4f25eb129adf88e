"""How fast, beside the best brute force on the same people in the same run: `make bench`, or SIZE=1000000 of it.

Prints JSON lines. One process, one core; seconds are of the clock, and `cpu_seconds` of this process and of its one
process of PostgreSQL: ratios are of these, and of what the peer takes just before and after. What is built once
(profiles, keys, indexes) is a line of its own, "build".
"""

import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from rapidfuzz import __version__ as rapidfuzz_version

from matching import engine
from matching.files import AT_ONCE
from matching.report_index import Best, ReportIndex
from tests.benchmarks import people
from tests.benchmarks.files import measure_files
from tests.benchmarks.peers import BruteForce
from tests.benchmarks.reading import measure_reading
from tests.benchmarks.saying import Clock, say
from tests.benchmarks.wave import measure_store

SIZE = int(os.environ.get("SIZE", "100000"))
LISTED = int(os.environ.get("LISTED", "1000"))
SEED = int(os.environ.get("SEED", "41"))
WAVES = 8
Wave = Sequence[tuple[engine.Person, int | None]]
_PEER = "rapidfuzz cdist ratio, sorted Latin names, best of each row"


def main() -> None:
    gc.disable()  # as match_files does: everything made here stays
    say(
        "bench",
        size=SIZE,
        listed=LISTED,
        seed=SEED,
        python=platform.python_version(),
        rapidfuzz=rapidfuzz_version,
    )
    missing = list(people.reports(SIZE, SEED))
    # The first of the waves meets a worker that has just started; the others one that has seen a wave.
    waves = [people.listed(missing, LISTED, SEED + nth) for nth in range(1, WAVES + 1)]
    listed = [person for person, _ in waves[-1]]
    measure_steps(missing[:20_000], listed)
    measure_reading(missing[:100_000])
    measure_files(missing[:100_000], listed)
    peer = measure_peer(missing, waves[-1])
    measure_memory(missing, waves, peer)
    gc.freeze()
    if "--no-store" not in sys.argv:
        measure_store(missing, waves, peer)


def measure_steps(missing: Sequence[engine.Person], listed: Sequence[engine.Person]) -> None:
    population = engine.Population.from_tables()
    profiles = each("profile", engine.profile, missing)
    each("stored_keys", engine.stored_keys, profiles)
    stored = [one.to_bytes() for one in profiles]
    each("from_bytes", engine.Profile.from_bytes, stored, bytes_each=sum(map(len, stored)) / len(stored))
    found = [engine.profile(person) for person in listed]
    asked = each("query_keys", engine.query_keys, found)
    say("query_keys", keys_each=sum(map(len, asked)) / len(asked))
    columns = engine.Columns.of_bytes(stored[:200]), engine.Columns.of(found)
    everyone = engine.Pairs(np.tile(np.arange(200), len(found)), np.repeat(np.arange(len(found)), 200))
    clock = Clock()
    engine.weigh_pairs(*columns, everyone, population)
    spent = clock.seconds()
    say("pairs", pairs_per_cpu_second=round(len(found) * 200 / spent["cpu_seconds"]), **spent)


def each(what: str, work: Callable[[Any], Any], things: Sequence[Any], **facts: object) -> list[Any]:
    """Microseconds of CPU for each of many."""
    began = time.process_time()
    made = [work(one) for one in things]
    say(what, cpu_us_each=round((time.process_time() - began) / len(things) * 1e6, 2), **facts)
    return made


def measure_peer(missing: Sequence[engine.Person], wave: Wave) -> BruteForce:
    """How well and how fast brute force names the best report for each entry."""
    peer = BruteForce([person for person, _ in wave], missing)
    clock = Clock()
    best = peer.best()
    spent = clock.seconds()
    say("brute force", peer=_PEER, recall_at_1=recall(wave, [[place] for place in best]), **spent)
    return peer


def measure_memory(missing: Sequence[engine.Person], waves: Sequence[Wave], peer: BruteForce) -> None:
    found = [[engine.profile(person) for person, _ in wave] for wave in waves]
    clock, index, tenth = Clock(), ReportIndex(), 0.0
    for number, person in enumerate(missing):
        index.add(str(number), person)
        if number + 1 == len(missing) // 10:
            tenth = candidates_each(index, found[-1])
    say("build in memory", size=len(missing), **clock.seconds())
    in_batches(index, found[0][:1], 0)  # the reports are put in columns when first asked for
    first, *later = [peer.beside(partial(in_batches, index, wave, 0)) for wave in found]
    best, each = in_batches(index, found[-1], 10), candidates_each(index, found[-1])
    say("candidates", size=len(missing), each=each, of_a_tenth=tenth, times_more=round(each / tenth, 2))
    say(
        "waves in memory",
        size=len(missing),
        too_common=sum(one.is_too_common for one in best),
        recall_at_1=recall(waves[-1], [[rival.index for rival in one.ranked[:1]] for one in best]),
        recall_at_10=recall(waves[-1], [[rival.index for rival in one.ranked] for one in best]),
        peer=_PEER,
        first=first,
        later=later,
        times_faster=median(one["times_faster"] for one in later),
    )


def candidates_each(index: ReportIndex, profiles: Sequence[engine.Profile]) -> float:
    """Mean number of reports that share a key with a listed person."""
    return len(index.candidates(profiles, engine.Population.from_tables()).pairs.found) / len(profiles)


def in_batches(index: ReportIndex, profiles: Sequence[engine.Profile], top: int) -> list[Best]:
    """For each who may be him; what reaches a band, or is among the best `top`, with its evidence."""
    population, batches = engine.Population.from_tables(), range(0, len(profiles), AT_ONCE)
    return [
        best for first in batches for best in index.best(profiles[first : first + AT_ONCE], population, top)
    ]


def recall(wave: Sequence[tuple[engine.Person, int | None]], found: Sequence[Sequence[int]]) -> float:
    """Share of the entries with a report for whom it was found."""
    hits = [place in places for (_, place), places in zip(wave, found, strict=True) if place is not None]
    return round(sum(hits) / len(hits), 4)


if __name__ == "__main__":
    main()
