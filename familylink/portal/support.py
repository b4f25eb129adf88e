"""Whom a family can call besides us. Public numbers: docs/operations.md says when to look whether they still hold."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from familylink.portal.pages import dialled, unbroken


class Line(NamedTuple):
    """One line to call: who answers, when, and the numbers as they are read."""

    who: Any
    when: Any
    numbers: tuple[str, ...]

    def to_call(self) -> list[tuple[str, str]]:
        """Each number as a telephone dials it, and as people read it in one piece."""
        return [(dialled(number), unbroken(number)) for number in self.numbers]


DAY_AND_NIGHT = _("day and night")
HEARTS = (
    Line(
        _("When it is hard to bear: psychologists of the National Psychological Association"),
        _("every day from 10 to 20, free of charge"),
        ("0 800 100 102",),
    ),
    Line(
        _("For families of soldiers: the line of the Ukrainian Veterans Fund"),
        DAY_AND_NIGHT,
        ("0 800 33 20 29",),
    ),
    Line(_("When you do not want to go on living: Lifeline Ukraine"), DAY_AND_NIGHT, ("7333",)),
    Line(_("When somebody needs a doctor at once"), DAY_AND_NIGHT, ("103",)),
)
SEARCH = (
    Line(
        _("National Information Bureau: prisoners of war, missing and deported people"),
        DAY_AND_NIGHT,
        ("1648", "+380 44 287 81 65"),
    ),
    Line(_("Coordination Headquarters for the Treatment of Prisoners of War"), "", ("0 800 300 529",)),
    Line(
        _("Joint Centre at the Security Service of Ukraine: search for prisoners and their release"),
        "",
        ("067 650 83 32", "098 087 36 01"),
    ),
    Line(_("Police: to report that somebody is missing, and scammers too"), DAY_AND_NIGHT, ("102",)),
)
