"""Military ranks: the same step of one ladder, whatever the language, branch and abbreviation."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from matching.engine import tables
from matching.engine.normalise import fold

UNKNOWN_STEP = 0
_MAX_TEXT = 100
# "с-т", "п/п-к" and "ст-на" are one word; "майстер-сержант" and "ген.-м-р" are two.
_WORD = re.compile(r"[^\W\d_]{1,3}(?:[-/][^\W\d_]{1,4})+(?![^\W\d_])|[^\W\d_]+|\d")
_STEM = 4  # letters from which a word may go on: солдата, сержантом


@lru_cache(maxsize=1 << 12)
def step(text: str) -> int:
    """The step of the ladder from 1, a recruit, to 21, a general; UNKNOWN_STEP where no rank is told.

    Army and navy share the ladder: a sailor stands where a private does. What is beside the rank, as a service
    or a post, says nothing.
    """
    found = frozenset(filter(None, map(_meaning, _WORD.findall(fold(text[:_MAX_TEXT])))))
    # The longest first: "молодший лейтенант" is a lieutenant too.
    return next((place for words, place in _ladder() if words <= found), UNKNOWN_STEP)


@cache
def _ladder() -> tuple[tuple[frozenset[str], int], ...]:
    steps = [(frozenset(words.split()), place) for place, words in tables.rank_steps()]
    return tuple(sorted(steps, key=lambda one: -len(one[0])))


@cache
def _stems() -> dict[str, str]:
    return {stem: word for word, stems in tables.rank_words() for stem in stems}


def _meaning(word: str) -> str:
    """The rank's word by its longest listed beginning, "" for any other word."""
    whole = _stems().get(word)
    if whole is not None:
        return whole
    longest = (word[:size] for size in range(len(word) - 1, _STEM - 1, -1))
    return next((_stems()[stem] for stem in longest if stem in _stems()), "")
