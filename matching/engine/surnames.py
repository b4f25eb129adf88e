"""What surnames say: halves, former ones, other languages, slips; how rare what agrees is."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from rapidfuzz.distance import OSA

from matching.engine.evidence import Evidence, count_text, fixed, silent, written
from matching.engine.false_friends import are_false_friends
from matching.engine.names import is_listed, known_given, likeness, slips
from matching.engine.normalise import Token
from matching.engine.patronymics import father_class, patronymic_sign
from matching.engine.population import Population
from matching.engine.profiles import Spelling
from matching.engine.scoring import (
    GIVEN_AS_SURNAME,
    HALF_COST,
    HARDLY_ALIKE,
    LONG_ENOUGH_TO_SLIP,
    OTHER_LANGUAGE_COST,
    OTHER_SPELLING_COST,
    OTHERS_DIFFER_COST,
    PATRONYMIC_AS_SURNAME,
    POINTS,
    SHORTEST_ASKED,
    SOMEWHAT_ALIKE,
    rarity,
    slip,
)

_CACHE = 1 << 16
FAR_APART = 0.4  # likeness of two loose forms (0-1) below which two surnames are two, without a closer look
_HALVES = frozenset({"same", "same_in_other_language", "alike"})


def surname(wanted: Spelling, found: Spelling, population: Population) -> Evidence:
    """How nearly the surnames are one, over all halves and former surnames."""
    if not wanted.surnames or not found.surnames:
        return silent("surname", written(wanted.surnames[:1]), written(found.surnames[:1]))
    return _surname(wanted.surnames, found.surnames, population)


@lru_cache(maxsize=_CACHE)
def _surname(wanted: tuple[Token, ...], found: tuple[Token, ...], population: Population) -> Evidence:
    best = _one_surname(wanted[0], found[0], population)
    if len(wanted) > 1 and len(found) > 1 and best.level.startswith("same"):
        best = _less_the_others(best, (wanted[0], found[0]), wanted, found)
    for one in wanted:
        for other in found:
            if (one, other) != (wanted[0], found[0]):
                half = _one_surname(one, other, population)
                if half.points - HALF_COST > best.points and half.level in _HALVES:
                    shared = _shared_half(half, (one, other), wanted, found)
                    best = max(best, shared, key=attrgetter("points"))
    return best


def _shared_half(
    half: Evidence, pair: tuple[Token, Token], wanted: tuple[Token, ...], found: tuple[Token, ...]
) -> Evidence:
    if half.level == "alike":  # Вболий / Малик-Воблий
        return replace(half, points=half.points - HALF_COST)
    shared = _half(half, "one_of_two", HALF_COST, wanted[0].written, found[0].written)
    return _less_the_others(shared, pair, wanted, found)


def _half(whole: Evidence, code: str, cost: float, wanted: str, found: str) -> Evidence:
    return Evidence(
        "surname", "one_of_two", whole.points - cost, wanted, found, f"surname.{code}", whole.params
    )


def _less_the_others(
    shared: Evidence, pair: tuple[Token, Token], wanted: tuple[Token, ...], found: tuple[Token, ...]
) -> Evidence:
    """Where both tell a further surname and these have nothing in common, one shared surname says less."""
    ours, theirs = (_beside(one, words) for one, words in zip(pair, (wanted, found), strict=True))
    if not ours or not theirs or not all(are_unlike(one, other) for one in ours for other in theirs):
        return shared
    return _half(shared, "others_differ", OTHERS_DIFFER_COST, wanted[0].written, found[0].written)


def _beside(one: Token, words: tuple[Token, ...]) -> list[Token]:
    """The other surnames: not the whole of which this is a half."""
    return [word for word in words if one.folded not in word.folded]


def _one_surname(wanted: Token, found: Token, population: Population) -> Evidence:
    shared = set(wanted.loose).intersection(found.loose)
    if shared and not are_false_friends(wanted, found):
        share = max(surname_share(wanted, population), surname_share(found, population))
        level, cost = spelling_level(wanted, found)
        params = {"one_in": count_text(1 / share)}
        code = f"surname.{level}{_source(share, population)}"
        points = rarity(share) - cost
        return Evidence("surname", level, points, wanted.written, found.written, code, params)
    return _alike_surname(wanted, found, population)


def _source(share: float, population: Population) -> str:
    """By which the sentence says how common a surname is: what is only assumed, no table is made to say."""
    if share <= population.unseen_surname:
        return ".unlisted"
    return ".in_reports" if population.is_of_reports else ""


def spelling_level(wanted: Token, found: Token) -> tuple[str, float]:
    """Level of two words known to be one name, and what their difference in spelling costs."""
    if wanted.folded == found.folded:
        return "same", 0.0
    if not set(wanted.readings).isdisjoint(found.readings):
        return "same_in_other_language", OTHER_SPELLING_COST
    return "same_in_other_language", OTHER_LANGUAGE_COST


@lru_cache(maxsize=_CACHE)
def surname_share(word: Token, population: Population) -> float:
    """Share of people who bear the surname, 0-1: that of its commonest reading."""
    share = max(map(population.surname, word.loose))
    if is_listed(word):
        givens = max(map(population.given, known_given(word)))
        share = max(share, givens * GIVEN_AS_SURNAME)
    if patronymic_sign(word) < 2:
        return share
    fathers = max(map(population.father, father_class(word).classes))
    return max(share, fathers * PATRONYMIC_AS_SURNAME)


def _alike_surname(wanted: Token, found: Token, population: Population) -> Evidence:
    if _are_far_apart(wanted, found):
        return fixed("surname", "differs", wanted.written, found.written)
    length = min(len(wanted.loose[0]), len(found.loose[0]))
    # Лі / Лу may be a slip, Лі / Ті hardly is one: no key finds it either.
    may_slip = length >= SHORTEST_ASKED or (length == SHORTEST_ASKED - 1 and _begin_alike(wanted, found))
    if may_slip and slips(wanted, found) <= 1:
        points = slip_points(length, surname_share(wanted, population), surname_share(found, population))
        return Evidence("surname", "alike", points, wanted.written, found.written, "surname.alike")
    alike = likeness(wanted, found)
    if alike >= HARDLY_ALIKE and _begin_alike(wanted, found):
        if _is_slip_as_written(wanted, found):
            points = POINTS["surname"]["alike_unasked"]
            return Evidence("surname", "alike", points, wanted.written, found.written, "surname.alike")
        if alike >= SOMEWHAT_ALIKE:
            return fixed("surname", "somewhat_alike", wanted.written, found.written)
    level = "hardly_alike" if alike >= HARDLY_ALIKE else "differs"
    return fixed("surname", level, wanted.written, found.written)


def slip_points(length: int, share: float, other: float) -> float:
    """Points of two surnames one letter apart, of which the shorter has so many letters loosely, by their shares."""
    return slip(POINTS["surname"][_slip_level(length)], share, other)


def _slip_level(length: int) -> str:
    if length < SHORTEST_ASKED:
        return "alike_unasked"
    return "alike" if length >= LONG_ENOUGH_TO_SLIP else "alike_short"


def _begin_alike(wanted: Token, found: Token) -> bool:
    """Захарченко / Макаренко end as every third surname does: without one beginning that is no likeness."""
    return not first_letters((wanted,)).isdisjoint(first_letters((found,)))


@lru_cache(maxsize=_CACHE)
def first_letters(surnames: tuple[Token, ...]) -> frozenset[str]:
    """The letters of the loose alphabet with which these surnames may begin."""
    return frozenset(loose[0] for word in surnames for loose in word.loose)


def _is_slip_as_written(wanted: Token, found: Token) -> bool:
    """Веткін / Веткіе: one letter, that loosely is two since endings are cut. No key finds it, so it is worth less."""
    if min(len(wanted.folded), len(found.folded)) < LONG_ENOUGH_TO_SLIP:
        return False
    return OSA.distance(wanted.folded, found.folded, score_cutoff=1) <= 1


def surname_points(wanted: Spelling, found: Spelling, population: Population) -> float:
    """The points of `surname` without its sentence: most candidates met over a date, and differ at a glance."""
    if not wanted.surnames or not found.surnames:
        return 0.0
    if len(wanted.surnames) == len(found.surnames) == 1 and are_unlike(wanted.surnames[0], found.surnames[0]):
        return POINTS["surname"]["differs"]
    return _surname(wanted.surnames, found.surnames, population).points


def are_unlike(wanted: Token, found: Token) -> bool:
    """True only where `surname` says "differs", and never cached: no two such pairs are the same."""
    if wanted.loose[0] == found.loose[0] or not set(wanted.loose).isdisjoint(found.loose):
        return False
    if _are_far_apart(wanted, found):
        return True
    if any(OSA.distance(one, other, score_cutoff=1) <= 1 for one in wanted.loose for other in found.loose):
        return False
    # The cut-off is only there for speed; a little lower, since it is rounded and the threshold must not be.
    return not any(
        OSA.normalized_similarity(one, other, score_cutoff=HARDLY_ALIKE - 0.01) >= HARDLY_ALIKE
        for one in wanted.readings
        for other in found.readings
    )


def _are_far_apart(wanted: Token, found: Token) -> bool:
    """Most candidates that met over a date alone: told apart without measuring every pair of readings."""
    if len(wanted.readings) > 1 or len(found.readings) > 1:
        return False
    return OSA.normalized_similarity(wanted.loose[0], found.loose[0], score_cutoff=FAR_APART) == 0.0
