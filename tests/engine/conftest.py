"""A loaded machine is no failing test: invented examples are not timed, and none is kept between runs."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", deadline=None, database=None)
settings.load_profile("steady")
