"""Fields for frightened people on small phones: kept as typed, refused only with a reason in words."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import ngettext_lazy

LONGEST_LINE = 200
LONGEST_STORY = 5000

TOO_LONG = ngettext_lazy(
    "This is too long: please keep it to %(limit_value)d letter. Now it has %(show_value)d.",
    "This is too long: please keep it to %(limit_value)d letters. Now it has %(show_value)d.",
    "limit_value",
)


class Problem(NamedTuple):
    """One mistake: where it is mended, and the words that also stand beside the field."""

    href: str
    words: str


class PlainForm(forms.Form):
    """No stars, no pop-ups of the browser: the page itself says what is missing, in its own language."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def problems(self) -> list[Problem]:
        """All mistakes in the order of the page."""
        return [
            Problem(f"#{self[name].auto_id}", str(words))
            for name in self.fields
            if name in self.errors
            for words in self.errors[name]
        ]


class Text(forms.CharField):
    """Free text in any alphabet. The browser must not cut it silently, so the length is checked here only."""

    def __init__(self, longest: int = LONGEST_LINE, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(longest, TOO_LONG))

    def to_python(self, value: Any) -> str:
        """Without the zero bytes that a broken keyboard or an attacker sends and no database keeps."""
        return (super().to_python(value) or "").replace("\x00", "").strip()


def line(**attrs: str) -> forms.TextInput:
    """A box of one line."""
    return forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", **attrs})


def lines(rows: int = 4) -> forms.Textarea:
    """A box of several lines."""
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "dir": "auto"})


def whole_number(text: str, least: int, most: int, words: Any) -> int | None:
    """The number in any digits, or None for nothing. Raises ValidationError with these words."""
    text = text.strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
        raise ValidationError(words, code="not_a_number")
    return int(text)
