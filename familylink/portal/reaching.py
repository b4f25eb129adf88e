"""Fields for telephone numbers and mailboxes, and what they become: used wherever a family gives one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from familylink.portal.addresses import canonical_email, canonical_phone
from familylink.portal.fields import PlainForm, Text
from familylink.reports.models import Channel

CANONICAL = {"phone": canonical_phone, "email": canonical_email}
CHANNELS = {"phone": Channel.SMS, "email": Channel.EMAIL}


def phone_field(label: Any, **more: Any) -> Text:
    """A box for a telephone number."""
    return Text(label=label, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **more)


def email_field(label: Any, **more: Any) -> Text:
    """A box for an e-mail address."""
    attrs = {"type": "email", "autocomplete": "email", "inputmode": "email"}
    return Text(label=label, widget=forms.TextInput(attrs=attrs), **more)


def canonise(form: PlainForm, names: Sequence[str], nothing: Any) -> None:
    """Each address in its canonical form or refused beside its box; `nothing` is said where there is none."""
    for name in names:
        _canonise(form, name)
    if not (set(names) & set(form.errors) or addresses_of(form, names)):
        form.add_error(names[0], ValidationError(nothing, code="no_address"))


def addresses_of(form: PlainForm, names: Sequence[str]) -> list[tuple[Channel, str]]:
    """Each address once, by its channel; canonical once the form is valid."""
    told = [(CHANNELS[name.removesuffix("_2")], form.cleaned_data.get(name)) for name in names]
    return list(dict.fromkeys((channel, address) for channel, address in told if address))


def _canonise(form: PlainForm, name: str) -> None:
    typed = form.cleaned_data.get(name)
    try:
        form.cleaned_data[name] = CANONICAL[name.removesuffix("_2")](typed) if typed else ""
    except ValidationError as refused:
        form.add_error(name, refused)
