"""How the desk's pages write what is kept in another form."""

from django import template

from matching.engine import BirthDate, NotADate

register = template.Library()


@register.filter
def in_figures(birth: str | BirthDate) -> str:
    """A birth date as it is kept, 1987-03-12, as people here write it: 12.03.1987."""
    try:
        return (birth if isinstance(birth, BirthDate) else BirthDate.parse(birth)).in_figures
    except NotADate:  # the words in the place of a date that does not open
        return str(birth)
