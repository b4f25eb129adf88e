"""One question: its words, its fields, and its answers as a family reads them again."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from familylink.portal.fields import PlainForm
from familylink.reports.models import Picture

MENDS = "mends"  # of which report these answers are told anew: staff write them down where they are damaged
NOT_STORED = 20_000  # letters: far beyond any field's limit, and refused by it


class Shown(NamedTuple):
    """One answer on the page where all are looked at again."""

    label: str
    value: str


class Question(PlainForm):
    """A page of the report. Its data are the answers as typed, so that it can be judged at any time."""

    slug: ClassVar[str]
    heading: ClassVar[Any]
    lead: ClassVar[Any] = ""
    skip: ClassVar[Any] = _("I do not know")  # what the second button says; "" where an answer is needed
    unanswered: ClassVar[Any] = _("not given")
    template: ClassVar[str] = "portal/questions/fields.html"
    picture: ClassVar[Picture.Kind | None] = None

    @classmethod
    def applies(cls, answers: Mapping[str, str]) -> bool:
        """Whether the question makes sense after these answers."""
        return True

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> dict[str, str]:
        """This question's answers out of what a browser sent; nothing that no person types."""
        texts = {name: data.get(name, "").replace("\x00", "") for name in cls.base_fields}
        return {name: text for name, text in texts.items() if len(text) <= NOT_STORED}

    @classmethod
    def too_long(cls, data: Mapping[str, str]) -> dict[str, str]:
        """What was sent and is too long to keep: it is shown again and refused in words."""
        kept = cls.typed(data)
        return {name: data.get(name, "") for name in cls.base_fields if name in data and name not in kept}

    @classmethod
    def nothing(cls) -> dict[str, str]:
        """The answers of somebody who does not know."""
        return dict.fromkeys(cls.base_fields, "")

    def shown(self) -> Iterator[Shown]:
        """Every answer given, with choices by their names."""
        for bound in self:
            value = bound.value()
            if value and not isinstance(bound.field, forms.FileField):
                yield Shown(str(bound.label), _in_words(bound, str(value)))


def _in_words(bound: forms.BoundField, value: str) -> str:
    if isinstance(bound.field, forms.BooleanField):
        return gettext("yes")
    choices = getattr(bound.field, "choices", ())
    return str({str(key): name for key, name in choices}.get(value, value))
