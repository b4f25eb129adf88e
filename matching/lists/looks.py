"""What the cells of a column look like, where no heading says what they are."""

import re
from collections.abc import Callable, Sequence

from matching.engine.names import is_listed
from matching.engine.normalise import token
from matching.lists.birthdates import birth_date

_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d ?[рг].{0,20}"
    r"|(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?(?:[ T]\d\d:.*)?"
)
# Of captivity, loss and release the war's years are told; who was born in them is a child.
_WAR_BEGAN = 2014
_WORD = r"[^\W\d_][^\W\d_'’ʼ`\"´-]*(?:['’ʼ`\"´-][^\W\d_]+)*\.?"
_FULL_NAME = re.compile(rf"(?:\d+[.)]\s*)?{_WORD}(?:[\s,]+{_WORD}){{1,4}}")
_ONE_WORD = re.compile(_WORD)
_PATRONYMIC_ENDING = (
    r"(?:ович|евич|йович|ич|івна|ївна|овна|евна|ична|ілліч|авіч|евіч|аўна|[oei]vi?ch"
    r"|[oe]vych|[oey]?[iv]vna|ovna|evna|ichna)\b"
)
PATRONYMIC = re.compile(rf"\w*{_PATRONYMIC_ENDING}", re.I)
_CAPITAL = r"[^\W\d_a-zа-яіїєґё]"
_SOMEBODY = re.compile(rf"\b{_CAPITAL}[\w'’ʼ`-]+,?\s+{_CAPITAL}[\w'’ʼ`-]*(?i:{_PATRONYMIC_ENDING})")
_UNIT = re.compile(r"(?:в\s?/?\s?ч\.?\s*)?[АAТT]-?\d{4}|в\s?/?\s?ч\.?\s*\d{3,5}", re.I)


def share(cells: Sequence[str], fits: Callable[[str], object]) -> float:
    """How many of the filled cells fit, from 0 to 1."""
    filled = [cell.strip()[:200] for cell in cells if cell.strip()]
    return sum(bool(fits(cell)) for cell in filled) / len(filled) if filled else 0.0


def is_date(cell: str) -> bool:
    """A date of birth can be read."""
    try:
        return bool(birth_date(cell))
    except ValueError:
        return False


def is_words(cell: str) -> bool:
    """Two to five words, in whatever letters."""
    return bool(_FULL_NAME.fullmatch(cell))


def is_name(cell: str) -> bool:
    """Two to five words that begin with capitals."""
    return is_words(cell) and all(word[0].isupper() for word in re.findall(r"[^\W\d_]+", cell)[:2])


def names_somebody(text: str) -> bool:
    """A given name and a patronymic stand side by side, whatever is around them."""
    return bool(_SOMEBODY.search(text))


def is_somebody(text: str) -> bool:
    """A whole name and nothing else: with a patronymic, or with a given name that the tables know."""
    return is_name(text) and (names_somebody(text) or names_a_given(text))


def names_a_given(text: str) -> bool:
    """One of the words is a given name that the tables know."""
    return any(map(_is_given, re.findall(_WORD, text)))


def names_nobody(text: str) -> bool:
    """Neither a patronymic beside a name nor any given name that the tables know: a title, a remark, a rare name."""
    return not (names_somebody(text) or names_a_given(text))


def _is_given(word: str) -> bool:
    known = token(word)
    return known is not None and is_listed(known)


def like_birth_dates(cells: Sequence[str]) -> bool:
    """Dates, and not those of the war."""
    return share(cells, _DATE.fullmatch) >= 0.6 and share(cells, _is_of_the_war) < 0.5


def _is_of_the_war(cell: str) -> bool:
    year = birth_date(cell).year if is_date(cell) else None
    return year is not None and year >= _WAR_BEGAN


def like_units(cells: Sequence[str]) -> bool:
    """Numbers of military units."""
    return share(cells, _UNIT.fullmatch) >= 0.6


def like_names(cells: Sequence[str]) -> bool:
    """Whole names, a rank or post before them or not."""
    return share(cells, lambda cell: is_name(cell) or names_somebody(cell)) >= 0.6


def like_names_with_patronymic(cells: Sequence[str]) -> bool:
    """Whole names, of which some have a patronymic."""
    return like_names(cells) and share(cells, PATRONYMIC.search) >= 0.3


def like_one_word(cells: Sequence[str]) -> bool:
    """One word in nearly every cell."""
    return share(cells, _ONE_WORD.fullmatch) >= 0.8


def like_patronymics(cells: Sequence[str]) -> bool:
    """Patronymics alone."""
    return share(cells, PATRONYMIC.fullmatch) >= 0.6
