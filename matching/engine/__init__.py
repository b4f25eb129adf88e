"""Compares two people on paper: Ukrainian, Russian, Belarusian and Latin names, birth dates, soft facts.

Pure: no framework, database, clock, randomness or setting. A store files `stored_keys(profile(person))`, asks
with `query_keys`, compares what meets, and ranks the rivals of one found person:

>>> wanted = profile(Person((Name(full="Шевченко Олександр Миколайович"),)))
>>> found = profile(Person((Name(full="Шевченко Александр Николаевич"),)))
>>> compare(wanted, found, Population.from_tables()).caps
('common_name_only', 'no_full_agreement')
"""

from matching.engine.calibration import (
    AS_IT_IS,
    STRATA,
    Curve,
    Curves,
    Decided,
    date_stratum,
    fit,
)
from matching.engine.columns import Columns, as_present, each_once
from matching.engine.comparing import Comparison, cap_sentence, compare
from matching.engine.dates import BirthDate, NotADate
from matching.engine.evidence import Evidence
from matching.engine.keynumbers import mixed, numbers_of, query_numbers, stored_numbers
from matching.engine.keys import Key, asked_for, filed, is_broad, kind_of, query_keys, stored_keys
from matching.engine.pairs import Pairs, Weighed, weigh_pairs
from matching.engine.people import Name, NoName, Person
from matching.engine.population import Count, Forms, Population, counted_as, forms_to_count
from matching.engine.posterior import Ranked, band_of, rank
from matching.engine.profiles import PRESENT, Profile, profile
from matching.engine.ranking import Asked, rank_pairs, rank_profiles, rank_weighed
from matching.engine.reach import least_points, worth_asking
from matching.engine.scoring import BANDS, ENGINE_VERSION, LEAST_POINTS
from matching.engine.several import names_several
from matching.engine.sharing import Stake, calibrated, crowding, divided, share_between_entries
from matching.engine.tables import TABLES_VERSION
from matching.engine.weighing import weigh

__all__ = [
    "AS_IT_IS",
    "BANDS",
    "ENGINE_VERSION",
    "LEAST_POINTS",
    "PRESENT",
    "STRATA",
    "TABLES_VERSION",
    "Asked",
    "BirthDate",
    "Columns",
    "Comparison",
    "Count",
    "Curve",
    "Curves",
    "Decided",
    "Evidence",
    "Forms",
    "Key",
    "Name",
    "NoName",
    "NotADate",
    "Pairs",
    "Person",
    "Population",
    "Profile",
    "Ranked",
    "Stake",
    "Weighed",
    "as_present",
    "asked_for",
    "band_of",
    "calibrated",
    "cap_sentence",
    "compare",
    "counted_as",
    "crowding",
    "date_stratum",
    "divided",
    "each_once",
    "filed",
    "fit",
    "forms_to_count",
    "is_broad",
    "kind_of",
    "least_points",
    "mixed",
    "names_several",
    "numbers_of",
    "profile",
    "query_keys",
    "query_numbers",
    "rank",
    "rank_pairs",
    "rank_profiles",
    "rank_weighed",
    "share_between_entries",
    "stored_keys",
    "stored_numbers",
    "weigh",
    "weigh_pairs",
    "worth_asking",
]
