"""The small forms around a report: the reference number, a code, one more address, wishes."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from familylink.portal.fields import PlainForm, Text, line
from familylink.portal.reaching import addresses_of, canonise, email_field, phone_field
from familylink.reports.models import Channel

Sent = TypeVar("Sent", bound=PlainForm)
NO_REFERENCE = _("Please write the reference number. It looks like FL-7K3M-9QWX.")
NO_CODE = _("Please write the six digits of the code.")
NO_NEW_ADDRESS = _("Please write a number or an address.")
TWO_ENDS = _("Please choose both hours, or neither.")


def is_switched(request: HttpRequest) -> bool:
    """The language was changed: what is typed is shown again in the other one, neither judged nor kept."""
    return "switch" in request.POST


def sent(form: type[Sent], request: HttpRequest, initial: Mapping[str, Any] | None = None) -> Sent:
    """The form as it was sent, to be judged; as it stood there where only the language was changed, or not sent."""
    if is_switched(request):
        return form(initial=request.POST.dict())
    return form(request.POST or None, initial=initial)


def hours() -> list[tuple[str, Any]]:
    """Every full hour of the day."""
    return [("", _("no quiet hours")), *((f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(24))]


class ReferenceForm(PlainForm):
    """By which number a family finds its report."""

    reference = Text(
        label=_("Reference number"),
        help_text=_("It looks like FL-7K3M-9QWX. Capital or small letters make no difference."),
        required=True,
        error_messages={"required": NO_REFERENCE},
        widget=line(autocapitalize="characters", spellcheck="false"),
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


class LinkForm(CodeForm, ReferenceForm):
    """The code as an e-mail's link brought it, to a browser that does not know yet whose report is meant."""


class NewContactForm(PlainForm):
    """One more number or address."""

    phone = phone_field(_("Another mobile number"))
    email = email_field(_("Another e-mail address"))

    def clean(self) -> dict[str, Any]:
        """At least one, each judged by itself."""
        canonise(self, ("phone", "email"), NO_NEW_ADDRESS)
        return self.cleaned_data

    def addresses(self) -> list[tuple[Channel, str]]:
        """What was written, by channel."""
        return addresses_of(self, ("phone", "email"))


class WishesForm(PlainForm):
    """How a family wants to hear from us."""

    language = forms.ChoiceField(label=_("Language of our messages to you"), choices=settings.LANGUAGES)
    quiet_from = forms.ChoiceField(
        label=_("Do not write to me from"),
        help_text=_("By Kyiv time, wherever you are."),
        required=False,
        choices=hours,
    )
    quiet_until = forms.ChoiceField(label=_("until"), required=False, choices=hours)
    wants_checks = forms.BooleanField(
        label=_("Tell me after each exchange that you have looked, even when nobody was found."),
        required=False,
    )
    consent_share = forms.BooleanField(
        label=_("What I wrote may be passed on to the official bodies that search, and to the Red Cross."),
        required=False,
    )
    ask_after_days = forms.ChoiceField(
        label=_("Ask me whether I am still searching"),
        choices=[("180", _("after half a year")), ("365", _("after a year")), ("730", _("after two years"))],
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends."""
        if bool(self.cleaned_data.get("quiet_from")) != bool(self.cleaned_data.get("quiet_until")):
            self.add_error("quiet_until", ValidationError(TWO_ENDS, code="two_ends"))
        return self.cleaned_data
