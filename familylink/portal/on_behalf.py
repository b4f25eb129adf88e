"""Staff enter what a family tells by telephone, on paper or face to face: the same questions, the same admission path.

No code is sent while they speak: nobody may ever ask a family for one. The family enters it itself when it first
signs in, by the reference number that it was told; until then its address counts as not proven.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from familylink.damage import opens
from familylink.portal import drafts
from familylink.portal.fields import PlainForm
from familylink.portal.questions import MENDS, QUESTIONS
from familylink.portal.telling import TOLD_HOW
from familylink.reports.answers import answers_of
from familylink.reports.models import Draft, Report, ToldHow


class OnBehalfForm(PlainForm):
    """What is known before the first question."""

    told_how = forms.ChoiceField(label=gettext_lazy("How the family tells it"), choices=ToldHow)
    language = forms.ChoiceField(
        label=gettext_lazy("In which language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("The questions and the consent are shown in it, to be read aloud."),
    )


def begin(
    request: HttpRequest, form: OnBehalfForm, by: User, *, mended: Report | None = None
) -> HttpResponse:
    """A draft that is theirs alone, at its first question, in the family's language; of a report that is `mended` it
    has what can be read."""
    draft = Draft(entered_by=by)
    known = {MENDS: str(mended.pk), **_known_of(mended)} if mended else {}
    draft.keep({**known, TOLD_HOW: form.cleaned_data["told_how"]})
    with translation.override(form.cleaned_data["language"]):
        first = reverse("portal:question", args=[QUESTIONS[0].slug])
    return drafts.remember(redirect(first), draft)


def _known_of(report: Report) -> dict[str, str]:
    """What this family told, as far as it opens; also as the facts have it, unless another relative told them too."""
    if opens(report, "answers"):
        return dict(report.answers or {})
    person = report.missing_person
    is_only_theirs = not person.reports.exclude(pk=report.pk).exists()
    known = answers_of(person.known().facts) if is_only_theirs else {}
    own = {name: getattr(report, name) for name in ("reporter_name", "circumstances") if opens(report, name)}
    return {**known, "relation": report.relation, **own}


def how(draft: Draft | None) -> Any:
    """In words how this is told to the member of staff who types it; "" for a family's own draft."""
    return ToldHow(draft.answers[TOLD_HOW]).label if draft is not None and draft.entered_by_id else ""


def mended(request: HttpRequest, report: Report, draft: Draft, by: User, *, is_new: bool) -> HttpResponse:
    """To the report's page, which says whether it is whole now; it is on record who did it, and how it was told."""
    if is_new:
        words = _("Told again %(how)s, since what was kept is damaged.") % {"how": how(draft)}
        LogEntry.objects.log_actions(by.pk, [report], CHANGE, change_message=words, single_object=True)
        messages.success(
            request, _("What the family told is written down again, and is compared with every list.")
        )
    else:
        messages.info(request, _("Nothing was changed: the report has ended, or can be read again."))
    return redirect("admin:reports_report_change", report.pk)


def filed(request: HttpRequest, report: Report, by: User) -> HttpResponse:
    """To the report's page, where the number and the code word stand to be read aloud; it is on record who and how."""
    is_new = not LogEntry.objects.filter(object_id=str(report.pk), action_flag=ADDITION).exists()
    told = ToldHow(report.told_how).label
    LogEntry.objects.log_actions(
        by.pk,
        [report],
        ADDITION if is_new else CHANGE,
        change_message=_("Told %(how)s; consent text of %(version)s.")
        % {"how": told, "version": report.consent_version},
        single_object=True,
    )
    messages.success(
        request,
        _(
            "The report is kept. Read the reference number and the code word to the family now. Ask them to open "
            "“Look at my report”, to write the number, and to enter the code that then comes: only after that may we "
            "write news to them. Never ask them for the code."
        ),
    )
    return redirect("admin:reports_report_change", report.pk)
