"""What families type: kept as typed, refused only with a reason in words."""

import datetime as dt
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from familylink.portal.addresses import canonical_email, canonical_phone
from familylink.reports.intake import Told
from familylink.reports.models import Channel, Relation, Sex
from matching.engine import BirthDate, Name, Person
from matching.engine.dates import FIRST_YEAR, NotADate

NAMES = {"surname", "given_name", "patronymic", "other_spellings"}
BIRTH_DATE = {"birth_day", "birth_month", "birth_year"}
LONGEST_NAME = 200
LONGEST_SPELLINGS = 2000
LONGEST_STORY = 5000

TOO_LONG = ngettext_lazy(
    "This is too long: please keep it to %(limit_value)d letter. Now it has %(show_value)d.",
    "This is too long: please keep it to %(limit_value)d letters. Now it has %(show_value)d.",
    "limit_value",
)
NO_NAME = _("Please write at least one name: the surname, the given name or both.")
NO_ADDRESS = _("Please give a mobile number or an e-mail address: without one we cannot tell you anything.")
NO_CONSENT = _("We may search only if you agree. Please tick this box.")
NO_RELATION = _("Please choose who you are to this person.")
NO_DAY = _("Please write the day as a number from 1 to 31, or leave it empty.")
NO_YEAR = _("Please write the year with four digits, like 1987, or leave it empty.")
NO_SUCH_DATE = _("There is no such day in the calendar. Please look at the day and the month again.")
FUTURE_DATE = _("This birth date is in the future. Please look at it again.")
TOO_EARLY = _("Please look at the year again: it cannot be before 1900.")
NO_REFERENCE = _("Please write the reference number. It looks like FL-7K3M-9QWX.")
NO_CODE = _("Please write the six digits of the code.")


class Problem(NamedTuple):
    """One mistake: the id of the field to go to, and the words that also stand beside it."""

    anchor: str
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
            Problem(self[name].auto_id, str(words))
            for name in self.fields
            if name in self.errors
            for words in self.errors[name]
        ]


class Text(forms.CharField):
    """Free text in any alphabet. The browser must not cut it silently, so the length is checked here only."""

    def __init__(self, longest: int = LONGEST_NAME, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(longest, TOO_LONG))

    def to_python(self, value: Any) -> str:
        """Without the zero bytes that a broken keyboard or an attacker sends and no database keeps."""
        return (super().to_python(value) or "").replace("\x00", "").strip()


def _box(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def _months() -> list[tuple[str, Any]]:
    return [("", _("not known")), *((str(number), name) for number, name in MONTHS.items())]


def _relations() -> list[tuple[str, Any]]:
    return [("", _("Please choose")), *Relation.choices]


class ReportForm(PlainForm):
    """One relative's report. After is_valid(), `told()` is what intake takes."""

    surname = Text(label=_("Surname"), widget=_box())
    given_name = Text(label=_("Given name"), widget=_box())
    patronymic = Text(label=_("Patronymic (if you know)"), widget=_box())
    other_spellings = Text(
        LONGEST_SPELLINGS,
        label=_("Other spellings of the name (if you know)"),
        help_text=_(
            "One on each line: as written in Russian, as in the passport for travel abroad, a maiden name."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    birth_day = forms.CharField(label=_("Day"), required=False, widget=_box(inputmode="numeric"))
    birth_month = forms.ChoiceField(label=_("Month"), required=False, choices=_months)
    birth_year = forms.CharField(label=_("Year"), required=False, widget=_box(inputmode="numeric"))
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=Sex.choices, widget=forms.RadioSelect)
    place = Text(
        label=_("Where the person comes from or lived (if you know)"),
        help_text=_("Village or city, and region."),
        widget=_box(),
    )
    unit = Text(
        label=_("Military unit (if you know)"),
        help_text=_("Number or name. Leave it empty for a civilian."),
        widget=_box(),
    )
    circumstances = Text(
        LONGEST_STORY,
        label=_("What happened (if you know)"),
        help_text=_("When and where you last heard from this person, in your own words."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    relation = forms.ChoiceField(
        label=_("Who you are to this person"),
        choices=_relations,
        error_messages={"required": NO_RELATION, "invalid_choice": NO_RELATION},
    )
    reporter_name = Text(
        label=_("Your name (if you wish)"),
        help_text=_("So that we know whom to ask for when we call."),
        widget=_box(autocomplete="name"),
    )
    phone = Text(
        label=_("Your mobile number"),
        help_text=_("For example 067 123 45 67. Numbers that begin with +7 or +375 are not safe for this."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = Text(
        label=_("Your e-mail address"),
        help_text=_("The number, the address or both: with both we reach you more surely."),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email", "inputmode": "email"}),
    )
    language = forms.ChoiceField(label=_("Language of our messages to you"), choices=settings.LANGUAGES)
    consent = forms.BooleanField(
        label=_(
            "I agree that this service keeps what I wrote here, compares it with the lists of exchanges, and "
            "writes to me or calls me about it. I can withdraw this at any time."
        ),
        error_messages={"required": NO_CONSENT},
    )

    def birth_date_parts(self) -> list[forms.BoundField]:
        """Day, month and year: one question, so their mistakes stand together."""
        return [field for field in self if field.name in BIRTH_DATE]

    def clean_phone(self) -> str:
        """E.164, or nothing."""
        typed: str = self.cleaned_data["phone"]
        return canonical_phone(typed) if typed else ""

    def clean_email(self) -> str:
        """The canonical address, or nothing."""
        typed: str = self.cleaned_data["email"]
        return canonical_email(typed) if typed else ""

    def clean_birth_day(self) -> int | None:
        """1 to 31, or None."""
        return _whole_number(self.cleaned_data["birth_day"], 1, 31, NO_DAY)

    def clean_birth_year(self) -> int | None:
        """1900 to this year, or None."""
        year = _whole_number(self.cleaned_data["birth_year"], 1000, 9999, NO_YEAR)
        if year is not None and year < FIRST_YEAR:
            raise ValidationError(TOO_EARLY, code="too_early")
        if year is not None and year > timezone.localdate().year:
            raise ValidationError(FUTURE_DATE, code="future")
        return year

    def clean(self) -> dict[str, Any]:
        """What only several answers together can show."""
        answers = self.cleaned_data
        if not (NAMES & set(self.errors) or self._names()):
            self.add_error("surname", ValidationError(NO_NAME, code="no_name"))
        if not ({"phone", "email"} & set(self.errors) or answers["phone"] or answers["email"]):
            self.add_error("phone", ValidationError(NO_ADDRESS, code="no_address"))
        if not BIRTH_DATE & set(self.errors):
            self._check_birth_date()
        return answers

    def told(self, *, draft: str) -> Told:
        """The answers as intake takes them; `draft` makes the report one however often it is sent."""
        answers = self.cleaned_data
        addresses = {Channel.SMS: answers["phone"], Channel.EMAIL: answers["email"]}
        return Told(
            person=Person(
                names=self._names(),
                birth=self._birth_date(),
                sex=answers["sex"],
                place=answers["place"],
                unit=answers["unit"],
            ),
            relation=answers["relation"],
            language=answers["language"],
            reporter_name=answers["reporter_name"],
            circumstances=answers["circumstances"],
            addresses={channel: address for channel, address in addresses.items() if address},
            consents=answers["consent"],
            source_reference=draft,
        )

    def _names(self) -> tuple[Name, ...]:
        answers = self.cleaned_data
        surname, given, patronymic = (
            _with_letters(answers.get(part, "")) for part in ("surname", "given_name", "patronymic")
        )
        main = [Name(surname, given, patronymic)] if surname or given or patronymic else []
        lines = (_with_letters(line) for line in answers.get("other_spellings", "").splitlines())
        return (*main, *(Name(full=line) for line in dict.fromkeys(lines) if line))

    def _birth_date(self) -> BirthDate:
        month = self.cleaned_data["birth_month"]
        return BirthDate(
            self.cleaned_data["birth_year"], int(month) if month else None, self.cleaned_data["birth_day"]
        )

    def _check_birth_date(self) -> None:
        birth = self._birth_date()
        try:
            BirthDate.parse(str(birth))
        except NotADate:
            self.add_error("birth_day", ValidationError(NO_SUCH_DATE, code="no_such_date"))
            return
        if _is_future(birth, timezone.localdate()):
            self.add_error("birth_year", ValidationError(FUTURE_DATE, code="future"))


class ReferenceForm(PlainForm):
    """By which number a family finds its report."""

    reference = Text(
        label=_("Reference number"),
        help_text=_("It looks like FL-7K3M-9QWX. Capital or small letters make no difference."),
        required=True,
        error_messages={"required": NO_REFERENCE},
        widget=_box(autocapitalize="characters", spellcheck="false"),
    )


class CodeForm(PlainForm):
    """The one-time code of a message."""

    code = Text(
        label=_("The code from the message"),
        help_text=_("Six digits."),
        required=True,
        error_messages={"required": NO_CODE},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _with_letters(text: str) -> str:
    """Families write "-" or "?" where they know nothing: that is no name."""
    text = " ".join(text.split())
    return text if any(letter.isalpha() for letter in text) else ""


def _whole_number(text: str, least: int, most: int, words: Any) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
        raise ValidationError(words, code="not_a_number")
    return int(text)


def _is_future(birth: BirthDate, today: dt.date) -> bool:
    known = tuple(part for part in (birth.year, birth.month, birth.day) if part is not None)
    return birth.is_full and known > (today.year, today.month, today.day)
