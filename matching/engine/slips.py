"""Words a slip of the pen away from a word: what is asked for besides the word itself."""

from __future__ import annotations

from functools import lru_cache

from matching.engine.normalise import Token
from matching.engine.sounds import VOWELS, with_ending

# One letter of the loose alphabet; words of other alphabets ask only for themselves.
ALPHABET = "abvgdiklmnprstufTCW"
_IN_ALPHABET = frozenset(ALPHABET)
_CONSONANTS = "".join(sorted(_IN_ALPHABET.difference(VOWELS)))
_SHORTEST_STEM = 3


@lru_cache(maxsize=1 << 12)
def one_slip_around(word: str) -> frozenset[str]:
    """All words one letter away (wrong, missing, added, two swapped). Symmetric: of two words one slip apart
    each finds the other, or, where one has a single letter, neither does."""
    if len(word) < 2 or not _IN_ALPHABET.issuperset(word):
        return frozenset()
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {f"{left}{letter}{right}" for left, right in cuts for letter in ALPHABET}
    if len(word) >= 3:
        shorter = [(left, right[1:]) for left, right in cuts if right]
        near.update([left + right for left, right in shorter])
        near.update([f"{left}{letter}{right}" for left, right in shorter for letter in ALPHABET])
        near.update([left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1])
    near.discard(word)
    return frozenset(near)


@lru_cache(maxsize=1 << 12)
def ends_around(word: Token) -> frozenset[str]:
    """The surname with its last letter, or the last but for vowels, wrong, missing or added behind a vowel: since ends
    of vowels are cut, such a slip takes more than one letter of it (Талано, Таланоі / Таланов, Гайдамаа / Гайдамака).
    Symmetric."""
    found: set[str] = set()
    for whole in map(with_ending, word.readings):
        if whole[-1] in VOWELS:
            stems = (whole, whole[:-1])
            found.update(f"{stem}{one}" for stem in stems if stem[-1:] in VOWELS for one in _CONSONANTS)
        stem = whole.rstrip(VOWELS)
        if stem[-2:-1] in VOWELS:
            found.add(stem[:-1].rstrip(VOWELS))
    return frozenset(one for one in found if len(one) >= _SHORTEST_STEM).difference(word.loose)
