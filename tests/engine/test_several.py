"""One box, two people: whoever files both sons at once loses one of them, if nobody says so."""

import pytest

from matching.engine import names_several

TWO = (
    "Іван та Петро",
    "Іван і Петро",
    "Иван и Пётр",
    "Ivan and Petro Koval",
    "Женя и Саша",
    "Олександр і Олексій",
    "Коваль Іван + Коваль Петро",
    "Роман Іван та Роман Петро",
    "чоловік Іван та син Петро",
    "шукаю синів івана та петра",
    "Миколу та Василя",
    "Коваль Іван Андрійович та Бондар Петро Ігорович",
    "Коваль Іван, Коваль Петро",
    "КОВАЛЬ ІВАН, КОВАЛЬ ПЕТРО",
    "Коваль Іван Андрійович; Коваль Петро Андрійович",
    "Коваль Юрій, Коваль Георгій",
)
ONE = (
    "",
    "Іван",
    "Іван, Петро",
    "Іван/Ян",
    "Олександр або Олексій",
    "Саша та Олександр",
    "Марко и Маркіян",
    "Юрій (Георгій)",
    "Коваль (Шевчук) Іван",
    "Коваль І. і П.",
    "КОВАЛЬ І ПЕТРО",
    "Іван-Павло",
    "Коваль Іван Андрійович, Koval Ivan",
    "Коваль Иван, Коваль Ян",
    "Ганна, Анна Коваль",
    "Та Ван Тханг",
    "Ле І Ван",
    "не знаю та не пам'ятаю",
    "Коваленко Андрій, дружина Оксана",
    "Коваль Іван, син Андрія",
    "Коваль Дмитро Іванович, позивний Роман",
    "Коваль Роман, Маріуполь Азовсталь",
    "Коваль Іван Андрійович, Азов та морпіх",
)


@pytest.mark.parametrize("text", TWO)
def test_two_different_given_names_are_two_people(text: str) -> None:
    assert names_several(text)


@pytest.mark.parametrize("text", ONE)
def test_one_person_may_have_two_spellings_a_double_name_and_a_relative_who_writes(text: str) -> None:
    assert not names_several(text)
