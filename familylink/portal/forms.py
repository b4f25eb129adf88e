"""The small forms around a report: the reference number, and the code of a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from familylink.portal.fields import PlainForm, Text, line

NO_REFERENCE = _("Please write the reference number. It looks like FL-7K3M-9QWX.")
NO_CODE = _("Please write the six digits of the code.")


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
