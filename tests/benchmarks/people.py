"""Invented people, as many as asked for: frequent and rare names, and lists of them with all that goes wrong."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from matching.engine import BirthDate, Name, Person
from matching.engine.tables import frequencies, given_names, surname_examples

_FIRST = "Бар Вер Гол Дзв Жур Зал Кап Лев Мир Нов Пет Рад Сам Тар Фед Хар Чер Шап Щер Яр Кос Дуб Мал"
_MIDDLE = "а е и о у ал ен ив ор ун аш ед ич ов уб ан ер"
_LAST = "енко чук ський ко енчук ник ак ець ій овський ченко ар ишин"
_TAIL = 0.35  # share of people whose surname no table lists
_LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщюяыэё"
_KMU = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch iu ia y e e"
_LATIN = dict(zip(_LETTERS, _KMU.split(), strict=True)) | dict.fromkeys("ьъ'ʼ’", "")
_BEGINNINGS, _MIDDLES, _ENDS = _FIRST.split(), _MIDDLE.split(), _LAST.split()


class _Drawn:
    """Names by their frequency."""

    def __init__(self, names: Sequence[str], shares: Sequence[float]) -> None:
        self.names, self.shares = names, list(accumulate(shares))

    def one(self, chance: random.Random) -> str:
        return chance.choices(self.names, cum_weights=self.shares)[0]


@cache
def _surnames() -> _Drawn:
    shares = frequencies("surname")
    examples = surname_examples()
    return _Drawn(list(examples.values()), [shares[loose] for loose in examples])


@cache
def _men(part: str) -> _Drawn:
    male = {name.name for name in given_names() if name.sex == "m"}
    shares = {name: share for name, share in frequencies(part).items() if name in male}
    return _Drawn(list(shares), list(shares.values()))


def patronymic_of(father: str) -> str:
    """Regular enough for a measurement."""
    if father == "Микола":
        return "Миколайович"
    return (
        father + "ович"
        if father[-1] not in "йьаяо"
        else father[:-1] + ("йович" if father[-1] == "й" else "ович")
    )


def _surname(chance: random.Random) -> str:
    if chance.random() < _TAIL:
        return (
            chance.choice(_BEGINNINGS)
            + chance.choice(_MIDDLES)
            + chance.choice(_MIDDLES)
            + chance.choice(_ENDS)
        )
    return _surnames().one(chance)


def _birth(chance: random.Random) -> BirthDate:
    return BirthDate(chance.randint(1962, 2005), chance.randint(1, 12), chance.randint(1, 28))


def somebody(chance: random.Random) -> Person:
    father = patronymic_of(_men("patronymic").one(chance))
    return Person((Name(_surname(chance), _men("given").one(chance), father),), _birth(chance), "m")


def reports(size: int, seed: int) -> Iterator[Person]:
    """So many missing men; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(size):
        yield somebody(chance)


def listed(missing: Sequence[Person], size: int, seed: int) -> list[tuple[Person, int | None]]:
    """A list of released men and, for half of them, whose report in `missing` is theirs.

    Half of the others are brothers, sons and namesakes of missing men."""
    chance = random.Random(seed)
    return [_released(chance, missing) for _ in range(size)]


def _released(chance: random.Random, missing: Sequence[Person]) -> tuple[Person, int | None]:
    place, kind = chance.randrange(len(missing)), chance.random()
    person = missing[place]
    if kind < 0.5:
        return _as_listed(chance, person), place
    return _as_listed(chance, _relative(chance, person) if kind < 0.75 else somebody(chance)), None


def _relative(chance: random.Random, person: Person) -> Person:
    (name,) = person.names
    kind = chance.choice(("brother", "son", "namesake"))
    if kind == "brother":
        name = Name(name.surname, _men("given").one(chance), name.patronymic)
    elif kind == "son":
        name = Name(name.surname, _men("given").one(chance), patronymic_of(name.given))
    return Person((name,), _birth(chance), "m")


def _as_listed(chance: random.Random, person: Person) -> Person:
    (name,) = person.names
    surname = _slipped(chance, name.surname) if chance.random() < 0.2 else name.surname
    patronymic = "" if chance.random() < 0.22 else name.patronymic
    text = " ".join(filter(None, (surname, name.given, patronymic)))
    text = chance.choice((str, str, str.upper, latin))(text)
    return Person((Name(full=text),), _date_as_listed(chance, person.birth))


def _date_as_listed(chance: random.Random, birth: BirthDate) -> BirthDate:
    kind = chance.random()
    if kind < 0.18:
        return BirthDate()
    if kind < 0.3:
        return BirthDate(birth.year)
    return BirthDate(birth.year, birth.month, chance.randint(1, 28)) if kind < 0.34 else birth


def _slipped(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word))
    kind = chance.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    return word[:at] + chance.choice("абвгдеиклмноптур") + word[at + (kind == 1) :]


def latin(text: str) -> str:
    """By the passport rules of 2010, without their exceptions."""
    return "".join(_LATIN.get(letter, letter) for letter in text.lower()).title()
