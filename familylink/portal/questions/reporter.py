"""Who tells us, how to reach them, by which word they know us, and what they agree to."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from familylink.portal.fields import Text, line
from familylink.portal.questions.asking import MENDS, Question
from familylink.portal.questions.person import PictureField, PictureQuestion
from familylink.portal.reaching import addresses_of, canonise, email_field, phone_field
from familylink.reports.models import Channel, Picture, Purpose, Relation

NO_RELATION = _("Please choose who you are to this person.")
NO_ADDRESS = _("Please give a mobile number or an e-mail address: without one we cannot tell you anything.")
NO_CONSENT = _("We may search only if you agree. Please tick this box.")
NO_CONTACT = _(
    "We may write and call only if you agree; otherwise we could tell you nothing. Please tick this box."
)
NOT_A_WORD = _("Please choose one or two words of letters, at most 16 letters together.")
TELLING_WORD = _("This word stands in your report. Please choose one that says nothing about the person.")
TELLING = (
    "surname",
    "given_name",
    "patronymic",
    "earlier_surname",
    "callsign",
    "place",
    "unit",
    "reporter_name",
)
# What may stand in a text message, and be said on the telephone.
CODE_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ -][^\W\d_]+)*(?: \d{1,4})?")
LONGEST_CODE_WORD = 16
ADDRESSES = ("phone", "email", "phone_2", "email_2")


def _relations() -> list[tuple[str, Any]]:
    return [("", _("Please choose")), *Relation.choices]


class Relative(Question):
    slug = "relation"
    heading = _("Who are you?")
    skip = ""
    relation = forms.ChoiceField(
        label=_("Who you are to this person"),
        choices=_relations,
        error_messages={"required": NO_RELATION, "invalid_choice": NO_RELATION},
    )
    reporter_name = Text(
        label=_("Your name (if you wish)"),
        help_text=_("So that we know whom to ask for when we call."),
        widget=line(autocomplete="name"),
    )


class Kinship(PictureQuestion):
    slug = "kinship"
    picture = Picture.Kind.KINSHIP
    heading = _("Can you show that you are family?")
    lead = _(
        "You do not have to. If you have a marriage or birth certificate at hand, a photo of it helps us later to be "
        "sure that we tell the right family."
    )
    kinship = PictureField(
        label=_("Photo of the document"), help_text=_("JPEG, PNG, WebP or HEIC, at most 10 megabytes.")
    )


class AskedOnce(Question):
    """Of no answer about the person: nobody is asked again because those are damaged."""

    @classmethod
    def applies(cls, answers: Mapping[str, str]) -> bool:
        return MENDS not in answers


class Contacts(AskedOnce):
    slug = "contacts"
    heading = _("How can we reach you?")
    lead = _("The number, the address or both: with both we reach you more surely.")
    skip = ""
    phone = phone_field(
        _("Your mobile number"),
        help_text=_("For example 067 123 45 67. Numbers that begin with +7 or +375 are not safe for this."),
    )
    email = email_field(_("Your e-mail address"))
    phone_2 = phone_field(_("A second mobile number (if you wish)"))
    email_2 = email_field(_("A second e-mail address (if you wish)"))
    language = forms.ChoiceField(label=_("Language of our messages to you"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """At least one address, each judged by itself and kept in its canonical form."""
        canonise(self, ADDRESSES, NO_ADDRESS)
        return self.cleaned_data

    def addresses(self) -> list[tuple[Channel, str]]:
        """Each address once, by its channel."""
        return addresses_of(self, ADDRESSES)


class CodeWord(AskedOnce):
    slug = "code-word"
    heading = _("Choose a code word")
    lead = _(
        "We write it in every message with news, and whoever calls you from us says it first. So you know that it "
        "is us. Do not use a name, a place or a military unit. If you choose none, we choose one for you."
    )
    skip = _("Choose one for me")
    unanswered = _("we choose one for you")
    code_word = Text(label=_("Your code word"), help_text=_("For example: red apple"), widget=line())

    def clean_code_word(self) -> str:
        word: str = " ".join(self.cleaned_data["code_word"].split())
        if word and (len(word) > LONGEST_CODE_WORD or not CODE_WORD.fullmatch(word)):
            raise ValidationError(NOT_A_WORD, code="not_a_word")
        if word and word.casefold() in self._telling():
            raise ValidationError(TELLING_WORD, code="telling")
        return word

    def _telling(self) -> set[str]:
        """The words that would say in a text message whom it is about."""
        told = " ".join(self.data.get(name, "") for name in TELLING)
        return {part.casefold() for part in told.split()} | {told.casefold()}


class ConsentQuestion(AskedOnce):
    slug = "consent"
    heading = _("What do you agree to?")
    lead = _(
        "Only those of us who take reports and compare them with the lists see what you wrote. It is kept under lock "
        "and key, and never published. You can withdraw each of these at any time."
    )
    skip = ""
    consent_search = forms.BooleanField(
        label=_(
            "I agree that this service keeps what I wrote here and compares it with the lists of exchanges."
        ),
        error_messages={"required": NO_CONSENT},
    )
    consent_contact = forms.BooleanField(
        label=_("I agree that this service writes to me and calls me about it."),
        error_messages={"required": NO_CONTACT},
    )
    consent_share = forms.BooleanField(
        label=_(
            "I also agree that what I wrote may be passed on to the official bodies that search for missing people "
            "and to the Red Cross. You can leave this empty; we search all the same."
        ),
        required=False,
    )

    def purposes(self) -> list[Purpose]:
        """What was agreed to."""
        return [purpose for purpose in Purpose if self.cleaned_data[f"consent_{purpose.value}"]]
