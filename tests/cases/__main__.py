"""python -m tests.cases FOLDER [reports] [listed] [seed]: one more invented case; alone, the shipped ones anew."""

import sys
from dataclasses import replace
from pathlib import Path

from tests.cases.making import LISTED, REPORTS, make_case

HERE = Path(__file__).parent


def main() -> None:
    if len(sys.argv) > 1:
        size, listed, seed = (int(text) for text in (*sys.argv[2:], "20000", "1000", "1")[:3])
        make_case(Path(sys.argv[1]), size, listed, seed)
        return
    make_case(HERE / "dated", 1500, 240, 101)
    nothing = {"no_date": 1.0}
    make_case(
        HERE / "undated",
        1000,
        160,
        102,
        as_reported=replace(REPORTS, **nothing),
        as_listed=replace(LISTED, **nothing),
        alike=(0.15, 0.07),  # without any date nobody could tell more of them apart
    )


if __name__ == "__main__":
    main()
