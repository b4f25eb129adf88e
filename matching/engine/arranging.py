"""Of the words of a free text: which is the surname, which the given name, which the patronymic."""

from __future__ import annotations

import re
from typing import NamedTuple

from matching.engine.names import as_given, is_listed, known_given
from matching.engine.normalise import Token
from matching.engine.patronymics import father_class, is_nearly_patronymic, patronymic_sign
from matching.engine.splitting import whole_and_halves

_SURNAME_END = re.compile("(?:enko|[sT]k(?:i|a|oi)|[oe]va?|[Cdlnr]uk|dze|Wvili)$")


class Order(NamedTuple):
    """One way to read a name. `surnames[0]` is the whole surname, the rest its halves or a former one."""

    surnames: tuple[Token, ...] = ()
    given: tuple[Token, ...] = ()
    patronymic: Token | None = None
    is_swapped: bool = False


def arranged(words: list[Token], father: Token | None, surname_first: bool) -> list[Order]:
    """All likely readings of these words as one name, the likeliest first.

    `father`: the father's name where a mark beside it has told which word that is; `surname_first`: a comma stands
    behind the first word, as behind a surname.
    """
    full = [word for word in words if not word.is_initial]
    initials = [word for word in words if word.is_initial]
    if not full:
        return [Order((), tuple(initials[:1]), initials[1] if len(initials) > 1 else None)]
    if father is None and initials:
        father = _patronymic_beside_initial(words)
        full = [word for word in full if word is not father]
    if father is None:
        father, full = _taken_patronymic(full, has_initial=bool(initials))
    if initials:
        return _with_initials(full, initials, father)
    found = _surname_and_given(full, father, surname_first, _place(words, father))
    other = _other_patronymic(words, father)
    if other is None:
        return found
    rest = [word for word in words if word is not other]
    others = _surname_and_given(rest, other, surname_first, _place(words, other))
    return [found[0], others[0]._replace(is_swapped=True), *found[1:]]


def _place(words: list[Token], father: Token | None) -> int:
    return words.index(father) if father is not None and father in words else -1


def _taken_patronymic(words: list[Token], has_initial: bool) -> tuple[Token | None, list[Token]]:
    at = _patronymic_at(words, has_initial)
    return (words[at], words[:at] + words[at + 1 :]) if at >= 0 else (None, words)


def _patronymic_at(words: list[Token], has_initial: bool) -> int:
    """Index of the patronymic, or -1. After a given name it is sure, elsewhere it may be a surname."""
    alone = _alone_in_capitals(words)  # Aleh Siarheevich HAIDUKEVICH: the surname, whatever it ends in
    signs = [0 if word is alone else patronymic_sign(word) for word in words]
    after_given = [at for at in range(1, len(words)) if signs[at] and known_given(words[at - 1])]
    strong = [at for at in after_given if signs[at] >= 2]
    if len(words) == 2 or has_initial:
        return strong[0] if strong and len(words) > 2 else -1
    clear = [at for at in range(len(words)) if signs[at] >= 2]
    # Yriy Viktorovich Angelovich, Микола Яцкевич Сергійович: the one whose father has a name that somebody bears.
    named = [at for at in clear if father_class(words[at]).is_known] if len(clear) > 1 else []
    if strong:
        # Янкевич Сергій Євгепович: nobody writes the patronymic first, whatever the last word is spoilt to.
        return named[0] if len(named) == 1 and named[0] else strong[0]
    if clear == [0] and after_given:  # Адамович Іван Юрійоаич
        return after_given[0]
    if clear and len(words) > 2:
        return (named or clear)[-1]
    if after_given and len(words) > 2:
        return after_given[0]
    # Нечуй Левицька Оксана: a woman's given name ends as a patronymic does that lost a letter.
    if len(words) > 2 and signs[-1] and not is_listed(words[-1]):
        return len(words) - 1
    return _spoilt_after_given(words, alone)


def _other_patronymic(words: list[Token], father: Token | None) -> Token | None:
    """Микола Давидович Сергійович, Сергійович Давидович Микола: with the given name at an end either of the others may
    be the surname. Between them it tells, since nobody writes the patronymic first."""
    if father is None or len(words) != 3 or len(set(words)) < 3 or known_given(words[1]):
        return None
    both = [word for word in words if patronymic_sign(word) >= 2 and father_class(word).is_known]
    others = [word for word in both if word is not father]
    return others[0] if len(both) == 2 and father in both else None


def _patronymic_beside_initial(words: list[Token]) -> Token | None:
    """Шевченко М. Сергійович, М. Шевченко Сергійович: last of three words, or right behind the letter."""
    at = [word.is_initial for word in words].index(True)
    full = [word for word in words if not word.is_initial]
    if len(words) != 3 or len(full) != 2 or at == 2 or any(map(known_given, full)):
        return None
    likely = [word for word in (full if at == 0 else full[1:]) if patronymic_sign(word) >= 2]
    named = [word for word in likely if father_class(word).is_known]
    return next(iter(named or likely), None)


def _spoilt_after_given(words: list[Token], surname: Token | None) -> int:
    """Павленко Антон Миколайовчи: the third word, behind a given name, is hardly a second surname."""
    behind = (at for at in range(1, len(words)) if known_given(words[at - 1]) and words[at] is not surname)
    return next((at for at in behind if is_nearly_patronymic(words[at])), -1)


def _alone_in_capitals(words: list[Token]) -> Token | None:
    shouted = [word for word in words if len(word.written) > 2 and word.written.isupper()]
    titled = [word for word in words if word.written.istitle()]
    return shouted[0] if len(shouted) == 1 and len(titled) == len(words) - 1 > 0 else None


def _with_initials(full: list[Token], initials: list[Token], father: Token | None) -> list[Order]:
    """Шевченко О.М.; Олександр М. Шевченко; О. Шевченко Миколайович."""
    given = [word for word in full if known_given(word)] if len(full) > 1 else []
    if not given and len(full) == 2:  # Щур Михайдо В., which may also be two surnames
        return _with_initials_and_slip(full, initials, father)
    # Khuzin Igor A.: loosely Хузін is a given name too, and a surname may be one; the listed name is the likelier.
    orders = [
        Order(whole_and_halves([word for word in full if word is not one]), (one,), father or initials[0])
        for one in sorted(given, key=is_listed, reverse=True)
    ]
    if orders:
        return [orders[0], *(order._replace(is_swapped=True) for order in orders[1:])]
    second = initials[1] if len(initials) > 1 else None
    return [Order(whole_and_halves(full), (initials[0],), father or second)]


def _with_initials_and_slip(full: list[Token], initials: list[Token], father: Token | None) -> list[Order]:
    second = initials[1] if len(initials) > 1 else None
    as_surnames = Order(whole_and_halves(full), (initials[0],), father or second)
    # Цибань Елег В.: each is like a given name, and the surname is more often first.
    slipped = [at for at, word in reversed(list(enumerate(full))) if as_given(word)]
    as_names = [_order(full, at, father or initials[0]) for at in slipped]
    first, *others = [*as_names, as_surnames]
    return [first, *(order._replace(is_swapped=True) for order in others)]


def _surname_and_given(
    rest: list[Token], father: Token | None, surname_first: bool, place: int
) -> list[Order]:
    if not rest:
        return [Order((), (), father)]
    if len(rest) == 1:
        return _alone(rest[0], father)
    shouted = _shouted(rest, father)
    if shouted:
        given = [word for word in rest if word not in shouted]
        as_shown = Order(whole_and_halves(shouted), tuple(given[:2]), father)
        if len(rest) == 2 and _is_rather_given(shouted[0], given[0]):
            return [Order(whole_and_halves(given), tuple(shouted), father), as_shown]
        return [as_shown]
    at, is_sure = _given_at(rest, father, surname_first, place)
    first = _order(rest, at, father)
    named = _with_fathers_name(rest, father)
    if is_sure or named:
        return [first, *named]
    other = len(rest) - 1 if at == 0 else 0
    as_patronymic = _as_patronymic(rest, father)
    if patronymic_sign(rest[other]) >= 2:  # nobody's given name
        return [first, *as_patronymic]
    return [first, _order(rest, other, father)._replace(is_swapped=True)]


def _is_rather_given(shouted: Token, other: Token) -> bool:
    """IGOR Rothenberg; НИКОДАЙ Фамиев, where a letter is wrong."""
    if known_given(other):
        return False
    return bool(known_given(shouted)) or (as_given(shouted) > as_given(other) and is_like_surname(other))


def _alone(word: Token, father: Token | None) -> list[Order]:
    if not known_given(word):
        return [Order(whole_and_halves([word]), (), father)]
    return [Order((), (word,), father), Order(whole_and_halves([word]), (), father)][:: 1 if father else -1]


def _shouted(rest: list[Token], father: Token | None) -> list[Token]:
    """ШЕВЧЕНКО Олександр: the surname stands in capitals, and only the surname. All of VLADISLAV RO MANCHUK does."""
    shouted = [word for word in rest if len(word.written) > 2 and word.written.isupper()]
    quiet = [word for word in (*rest, father) if word is not None and word not in shouted]
    is_told = len(shouted) < len(rest) and not any(word.written.isupper() for word in quiet)
    return shouted if is_told else []


def _given_at(rest: list[Token], father: Token | None, surname_first: bool, place: int) -> tuple[int, bool]:
    """Where the given name stands among surname and given name, and whether that is sure."""
    degrees = list(map(as_given, rest))
    known = [at for at, word in enumerate(rest) if known_given(word)]
    if not known:  # АЛЕКСАДНР ГУМЕНЮК ИВАНОВИЧ: the misspelt word is like a given name, and no other is
        known = [at for at, degree in enumerate(degrees) if degree and not is_like_surname(rest[at])]
    if not known and len(rest) == 2 and (at := _beside_surname(rest)) >= 0:
        return at, True
    beside = place - 1 if father is not None and 0 < place <= len(rest) else -1
    if beside >= 0 and (beside in known or not known):
        return beside, degrees[beside] > 1 or sum(map(bool, degrees)) < 2
    # Оверко Вадмм Юрійович: the surname is a given name too, and the given name is spoilt.
    if beside >= 0 and degrees[beside]:
        return beside, False
    if surname_first:
        return 1, True
    if len(known) == 1:
        at = known[0]
        is_doubtful = _is_doubtful(degrees, at, beside) or (
            degrees[at] == 1 and _tells_little(rest, at, father)
        )
        return at, not is_doubtful and not _may_be_surname(rest, at)
    return (known[-1] if known else 1), False


def _beside_surname(words: list[Token]) -> int:
    """Of two words that are no given names the one that is no surname either, if the other is; or -1."""
    alike = list(map(is_like_surname, words))
    return alike.index(False) if sum(alike) == 1 else -1


def is_like_surname(word: Token) -> bool:
    """It ends as surnames do, and given names that no table knows do not."""
    return len(word.readings[0]) > 3 and _SURNAME_END.search(word.readings[0]) is not None


def _tells_little(rest: list[Token], at: int, father: Token | None) -> bool:
    """Of a name that is one but for a slip: it sounds like one, or there are two words alone (Bilous Ostrozor)."""
    return bool(known_given(rest[at])) or (father is None and len(rest) == 2)


def _is_doubtful(degrees: list[int], at: int, beside: int) -> bool:
    """Данилко Пваел, Михайлик Єгвен Миколайович: a short name may be the surname of somebody whose name is spoilt."""
    return degrees[at] < 3 and (beside >= 0 or sum(map(bool, degrees)) > 1)


def _may_be_surname(rest: list[Token], at: int) -> bool:
    """ "Роман Ткачук" is sure; "Іван Петрович" may be a given name and a patronymic."""
    return len(rest) == 2 and at == 0 and patronymic_sign(rest[1]) >= 2


def _order(rest: list[Token], at: int, father: Token | None) -> Order:
    others = rest[:at] + rest[at + 1 :]
    return Order(whole_and_halves(others), (rest[at],), father)


def _with_fathers_name(rest: list[Token], father: Token | None) -> list[Order]:
    """Алієв Ельдар Мамед, Гогоберідзе Зураб Шота: behind the given name stands that of the father."""
    if father is not None or len(rest) != 3 or not all(map(known_given, rest[1:])) or known_given(rest[0]):
        return []
    return [Order(whole_and_halves(rest[:1]), (rest[1],), rest[2], is_swapped=True)]


def _as_patronymic(rest: list[Token], father: Token | None) -> list[Order]:
    if father is None and len(rest) == 2 and known_given(rest[0]) and patronymic_sign(rest[1]) >= 2:
        return [Order((), (rest[0],), rest[1])]
    return []
