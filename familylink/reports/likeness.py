"""Which photographs show the same picture, though one was made smaller or sent on: for staff, since one photo in two
reports that nobody linked is one man whom two relatives seek, a mistake, or somebody's trick.

A picture's fingerprint says whether it grows brighter or darker from point to point, and so outlives another size and
another compression. Only keyed hashes of its quarters are kept: a thief cannot try photographs against them.
"""

import io
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image

from familylink.sealing import blind_index

_SIDE = 8  # steps to the right in each of so many lines
_QUARTERS = 4
LEAST_EQUAL = 2  # quarters of the fingerprint; of a million strangers' photos one has so many in common
_LEAST_STEPS = 6  # that go each way: a plain wall or a black picture is like any other
_MARK_BYTES = 4


def marks(jpeg: bytes) -> list[int]:
    """The keyed hashes of the picture's quarters; none where hardly anything is to be seen, or it is no picture: for
    that no family's report may fail."""
    try:
        steps = _steps(jpeg)
    except OSError:
        return []
    if not _LEAST_STEPS <= sum(steps) <= len(steps) - _LEAST_STEPS:
        return []
    each = len(steps) // _QUARTERS
    return [
        _mark(f"{number}|{''.join(str(int(step)) for step in steps[number * each : (number + 1) * each])}")
        for number in range(_QUARTERS)
    ]


def are_alike(one: Sequence[int], other: Sequence[int]) -> bool:
    return len(set(one) & set(other)) >= LEAST_EQUAL


def _steps(jpeg: bytes) -> list[bool]:
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",)).convert("L")
    small = picture.resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS)
    lines = [list(small.crop((0, line, _SIDE + 1, line + 1)).tobytes()) for line in range(_SIDE)]
    return [left < right for line in lines for left, right in pairwise(line)]


def _mark(quarter: str) -> int:
    return int.from_bytes(blind_index("picture", quarter)[:_MARK_BYTES], "big", signed=True)
