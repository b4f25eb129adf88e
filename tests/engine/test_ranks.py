"""Military ranks: one ladder in three languages, abbreviated by anyone."""

from itertools import pairwise

import pytest

from matching.engine.ranks import UNKNOWN_STEP, step
from tests.engine.people import a_profile, compared, levels

SAME = [
    ("солдат", "рядовой", "Солдат", "ряд.", "солд.", "матрос", "Private", "soldat"),
    ("старший солдат", "ст. солдат", "ст.солд.", "старший матрос", "ефрейтор", "senior soldier"),
    (
        "молодший сержант",
        "мл. сержант",
        "мол. с-т",
        "младший сержант",
        "junior sergeant",
        "старшина 2 статті",
    ),
    ("сержант", "серж.", "с-т", "serzhant", "Sgt", "старшина 1 статті", "сержант запасу", "СЕРЖАНТ ПОЛІЦІЇ"),
    (
        "старший сержант",
        "ст.с-т",
        "ст. сержант",
        "starshyi serzhant",
        "гв. старший сержант",
        "головний старшина",
    ),
    ("головний сержант", "гол. сержант", "head sergeant", "chief sergeant", "старшина"),
    ("штаб-сержант", "штаб сержант", "staff sergeant", "прапорщик", "пр-к", "мічман"),
    ("майстер-сержант", "мастер-сержант", "старший прапорщик", "ст. пр-к"),
    ("старший майстер-сержант", "senior master sergeant"),
    ("головний майстер-сержант",),
    ("молодший лейтенант", "мл. л-т", "second lieutenant"),
    ("лейтенант", "л-т", "лейт.", "lieutenant"),
    ("старший лейтенант", "ст. л-т", "ст.лейт.", "senior lieutenant", "first lieutenant"),
    ("капітан", "капитан", "к-н", "кап.", "капітан-лейтенант", "captain"),
    ("майор", "м-р", "major", "капітан 3 рангу", "captain 3rd rank"),
    ("підполковник", "подполковник", "п/п-к", "підполк.", "lieutenant colonel", "капітан ІІ рангу"),
    ("полковник", "п-к", "полк.", "colonel", "капитан 1 ранга"),
    ("бригадний генерал", "brigadier general"),
    ("генерал-майор", "ген.-м-р", "major general", "контр-адмірал"),
    ("генерал-лейтенант", "lieutenant general", "віце-адмірал"),
    ("генерал", "general", "адмірал", "генерал-полковник"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda group: group[0])
def test_one_rank_is_one_step_in_every_spelling(spellings: tuple[str, ...]) -> None:
    assert {step(spelling) for spelling in spellings} == {step(spellings[0])} != {UNKNOWN_STEP}


def test_the_steps_rise_in_the_order_of_the_ranks() -> None:
    assert all(step(lower[0]) < step(higher[0]) for lower, higher in pairwise(SAME))


@pytest.mark.parametrize(
    "text", ["", "стрілець", "водій", "старший стрілець", "цивільний", "2", "-", "\x00", "😀" * 500]
)
def test_what_is_no_rank_is_silent(text: str) -> None:
    assert step(text) == UNKNOWN_STEP
    assert levels("Ткач Іван |  |  |  |  | солдат", f"Ткач Іван |  |  |  |  | {text}")["rank"] == "not_given"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("солдат", "рядовой", "same"),
        ("майор", "Major", "same_senior"),
        ("солдат", "старший солдат", "near"),
        ("старший лейтенант", "майор", "near"),
        ("солдат", "старший сержант", "apart"),
        ("солдат", "полковник", "differs"),
    ],
)
def test_a_promotion_is_no_contradiction_and_a_far_rank_a_weak_one(one: str, other: str, level: str) -> None:
    seen = compared(f"Ткач Іван |  |  |  |  | {one}", f"Ткач Іван |  |  |  |  | {other}").evidence[-1]
    assert (seen.feature, seen.level, seen.wanted, seen.found) == ("rank", level, one, other)
    assert (seen.points > 0) == level.startswith("same")
    assert seen.points > -2


def test_no_rank_alone_lets_two_people_meet_or_keeps_them_apart() -> None:
    full = "Лаврінець Зіновій Орестович | 12.03.1987"
    assert compared(f"{full} |  |  |  | солдат", f"{full} |  |  |  | полковник").caps == ()
    assert a_profile(f"{full} |  |  |  | сержант").rank == step("сержант")
