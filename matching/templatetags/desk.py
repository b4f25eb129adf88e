"""How the desk's pages write what is kept in another form."""

import unicodedata
from typing import Any

from django import template

from familylink.damage import in_words, opens
from matching.engine import BirthDate, NotADate
from matching.models import ListEntry

register = template.Library()


@register.filter
def in_figures(birth: str | BirthDate) -> str:
    """A birth date as it is kept, 1987-03-12, as people here write it: 12.03.1987."""
    try:
        return (birth if isinstance(birth, BirthDate) else BirthDate.parse(birth)).in_figures
    except NotADate:  # the words in the place of a date that does not open
        return str(birth)


@register.filter
def isolated(text: str) -> str:
    """Arabic or Hebrew keeps its direction to itself: else the date or the sign after it is shown before it."""
    if not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return text
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


@register.filter
def who(entry: ListEntry | None) -> str:
    """Name and birth date of a list entry on one line; what of them does not open is named, and said once."""
    if entry is None:
        return ""
    damaged = [name for name in ("name_text", "birth_date") if not opens(entry, name)]
    told = [] if "name_text" in damaged else [isolated(entry.name_text)]
    told += [] if "birth_date" in damaged else [in_figures(entry.birth_date)]
    if damaged:
        fields: list[Any] = [ListEntry._meta.get_field(name) for name in damaged]
        labels = ", ".join(str(field.verbose_name) for field in fields)
        told.append(f"{labels}: {in_words(entry)}")
    return (", " if damaged else " ").join(filter(None, told))
