"""What a relative may know of the missing person. A name is needed; everything else helps."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from familylink.portal.fields import LONGEST_STORY, Text, line, lines, whole_number
from familylink.portal.questions.asking import Question
from familylink.reports.answers import birth_of, person_of, years_of
from familylink.reports.models import Picture, Sex
from familylink.reports.pictures import plain_jpeg
from matching.engine import BirthDate, NotADate, names_several
from matching.engine.dates import FIRST_YEAR

NO_NAME = _("Please write at least one name: the surname, the given name or both.")
TWO_PEOPLE = _(
    "This looks like two people. Please write one of them here: each needs a report of their own, so send another one "
    "for the second person afterwards. If it is another name of the same person, write it in brackets."
)
NO_DAY = _("Please write the day as a number from 1 to 31, or leave it empty.")
NO_YEAR = _(
    "Please write the year with four digits, like 1987, or two years, like 1985-1987, or leave it empty."
)
NO_AGE = _("Please write the age as a number of years, like 35, or leave it empty.")
NO_SUCH_DATE = _("There is no such day in the calendar. Please look at the day and the month again.")
FUTURE_DATE = _("This birth date is in the future. Please look at it again.")
TOO_EARLY = _("Please look at the year again: it cannot be before 1900.")
AGES_SWAPPED = _("The age “from” must not be above the age “to”.")
OLDEST = 110

SOLDIER, CIVILIAN, OTHER = "soldier", "civilian", "other"
CATEGORIES = [
    (SOLDIER, _("a soldier")),
    (CIVILIAN, _("a civilian")),
    (OTHER, _("somebody else: for example a doctor, a volunteer, a journalist")),
    ("", _("I do not know")),
]
BIRTH_DATE = {"birth_day", "birth_month", "birth_year"}


def _months() -> list[tuple[str, Any]]:
    return [("", _("not known")), *((str(number), name) for number, name in MONTHS.items())]


class Names(Question):
    slug = "name"
    heading = _("Who are you looking for?")
    lead = _("In any alphabet, as in the documents or as you write it at home. One name is enough.")
    skip = ""
    surname = Text(label=_("Surname"), widget=line())
    given_name = Text(label=_("Given name"), widget=line())
    patronymic = Text(label=_("Patronymic (if you know)"), widget=line())

    def clean(self) -> dict[str, Any]:
        """One letter of one name is enough; a second person would never be found."""
        answers = self.cleaned_data
        _refuse_two_people(self)
        if not self.errors and not person_of(answers).names:
            self.add_error("surname", ValidationError(NO_NAME, code="no_name"))
        return answers


class Spellings(Question):
    slug = "spellings"
    heading = _("Is the name written in other ways too?")
    lead = _("Lists are made in different languages. Each spelling that you know helps us to find the name.")
    skip = _("I know no other spelling")
    russian_name = Text(label=_("In Russian (the whole name)"), widget=line())
    passport_name = Text(label=_("As in the passport for travel abroad (the whole name)"), widget=line())
    earlier_surname = Text(label=_("Maiden name or an earlier surname"), widget=line())
    callsign = Text(label=_("Callsign"), widget=line())
    other_spellings = Text(
        2000, label=_("Other spellings"), help_text=_("One whole name on each line."), widget=lines(2)
    )

    def clean(self) -> dict[str, Any]:
        """Each line is this person's name."""
        _refuse_two_people(self)
        return self.cleaned_data


def _refuse_two_people(form: Question) -> None:
    for name, text in list(form.cleaned_data.items()):
        if any(map(names_several, text.splitlines())):
            form.add_error(name, ValidationError(TWO_PEOPLE, code="two_people"))


class Birth(Question):
    slug = "birth"
    heading = _("When was this person born?")
    lead = _("Leave empty what you do not know; the year alone helps too.")
    template = "portal/questions/birth.html"
    birth_day = forms.CharField(label=_("Day"), required=False, widget=line(inputmode="numeric"))
    birth_month = forms.ChoiceField(label=_("Month"), required=False, choices=_months)
    birth_year = forms.CharField(label=_("Year"), required=False, widget=line(inputmode="numeric"))
    age_from = forms.CharField(label=_("From (years)"), required=False, widget=line(inputmode="numeric"))
    age_to = forms.CharField(label=_("To (years)"), required=False, widget=line(inputmode="numeric"))

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> dict[str, str]:
        """An age is true on one day only, which is kept with it."""
        return {**super().typed(data), "age_on": timezone.localdate().isoformat()}

    def date_parts(self) -> list[forms.BoundField]:
        """Day, month and year: one question, so their mistakes stand together."""
        return [field for field in self if field.name in BIRTH_DATE]

    def ages(self) -> list[forms.BoundField]:
        """The youngest and the oldest that the person may be."""
        return [field for field in self if field.name not in BIRTH_DATE]

    def clean_birth_day(self) -> str:
        whole_number(self.cleaned_data["birth_day"], 1, 31, NO_DAY)
        return str(self.cleaned_data["birth_day"])

    def clean_birth_year(self) -> str:
        """One year or two, from 1900 to this year."""
        text: str = self.cleaned_data["birth_year"]
        try:
            years = years_of(text)
        except ValueError:
            raise ValidationError(NO_YEAR, code="not_a_number") from None
        if len(years) > 2 or any(not 1000 <= year <= 9999 for year in years):
            raise ValidationError(NO_YEAR, code="not_a_number")
        if any(year < FIRST_YEAR for year in years):
            raise ValidationError(TOO_EARLY, code="too_early")
        if any(year > timezone.localdate().year for year in years):
            raise ValidationError(FUTURE_DATE, code="future")
        return text

    def clean_age_from(self) -> str:
        whole_number(self.cleaned_data["age_from"], 0, OLDEST, NO_AGE)
        return str(self.cleaned_data["age_from"])

    def clean_age_to(self) -> str:
        oldest = whole_number(self.cleaned_data["age_to"], 0, OLDEST, NO_AGE)
        youngest = whole_number(self.cleaned_data.get("age_from", ""), 0, OLDEST, NO_AGE)
        if oldest is not None and youngest is not None and oldest < youngest:
            raise ValidationError(AGES_SWAPPED, code="swapped")
        return str(self.cleaned_data["age_to"])

    def clean(self) -> dict[str, Any]:
        """What only several parts together can show."""
        if not self.errors:
            self._check_date()
        return self.cleaned_data

    def _check_date(self) -> None:
        birth = birth_of({**self.cleaned_data, "age_on": timezone.localdate().isoformat()})
        try:
            BirthDate.parse(str(birth))
        except NotADate:
            self.add_error("birth_day", ValidationError(NO_SUCH_DATE, code="no_such_date"))
            return
        if _is_future(birth, timezone.localdate()):
            self.add_error("birth_year", ValidationError(FUTURE_DATE, code="future"))


class Category(Question):
    slug = "category"
    heading = _("Who is this person?")
    skip = ""
    category = forms.ChoiceField(
        label=_("When contact was lost: this person is"),
        required=False,
        choices=CATEGORIES,
        widget=forms.RadioSelect,
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=Sex.choices, widget=forms.RadioSelect)


class Service(Question):
    slug = "service"
    heading = _("Where does this person serve?")
    rank = Text(label=_("Military rank"), widget=line())
    unit = Text(label=_("Military unit"), help_text=_("Number or name, as you know it."), widget=line())

    @classmethod
    def applies(cls, answers: Mapping[str, str]) -> bool:
        return answers.get("category") != CIVILIAN


class Home(Question):
    slug = "home"
    heading = _("Where does this person come from?")
    place = Text(
        label=_("Where the person comes from or lived"),
        help_text=_("Village or city, and region."),
        widget=line(),
    )


class Loss(Question):
    slug = "loss"
    heading = _("When and where was the contact lost?")
    lead = _("Write what you know, in your own words.")
    lost_place = Text(label=_("Where it happened"), widget=line())
    lost_on = Text(
        label=_("When it happened"), help_text=_("For example: 24 May 2025, or spring 2025."), widget=line()
    )
    last_contact = Text(label=_("When you last heard from this person, and how"), widget=line())
    circumstances = Text(LONGEST_STORY, label=_("What happened"), widget=lines(5))


class Marks(Question):
    slug = "marks"
    heading = _("How can this person be recognised?")
    lead = _("Scars, tattoos, birthmarks, old injuries, height, glasses.")
    marks = Text(LONGEST_STORY, label=_("Marks"), widget=lines(4))


class PictureQuestion(Question):
    """A question that is answered by a photograph. The file itself is no answer; what it became is kept apart."""

    skip = _("Go on without it")

    def clean(self) -> dict[str, Any]:
        """The file as a plain small JPEG, as `cleaned_data["content"]`."""
        name = next(iter(self.fields))
        file = self.cleaned_data.get(name)
        try:
            self.cleaned_data["content"] = plain_jpeg(file.read(), sent_bytes=file.size) if file else b""
        except ValidationError as refused:
            self.add_error(name, refused)
        return self.cleaned_data

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> dict[str, str]:
        return {}


class PictureField(forms.FileField):
    """A file whose name, type and content are all the sender's word: only what the decoder makes of it counts."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **kwargs)


class Photo(PictureQuestion):
    slug = "photo"
    picture = Picture.Kind.PHOTO
    heading = _("Do you have a photo of this person?")
    lead = _(
        "Only those of us who take reports and compare them with the lists see it. Where and when it was taken is "
        "removed from the file."
    )
    photo = PictureField(label=_("Photo"), help_text=_("JPEG, PNG, WebP or HEIC, at most 10 megabytes."))


class Source(Question):
    slug = "source"
    heading = _("Has anybody told you anything about this person?")
    lead = _(
        "For example a fellow soldier, the Red Cross, the military unit, a video or a list on the internet."
    )
    skip = _("Nobody has told me anything")
    told_by = Text(LONGEST_STORY, label=_("Who told you, when, and what"), widget=lines(4))


def _is_future(birth: BirthDate, today: dt.date) -> bool:
    known = tuple(part for part in (birth.year, birth.month, birth.day) if part is not None)
    return birth.is_full and known > (today.year, today.month, today.day)
