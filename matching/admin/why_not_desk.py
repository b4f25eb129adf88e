"""The page "why not?": any report beside any list entry, with what stands between them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching import engine, why_not
from matching.admin.pairs import percent, shown_evidence, shown_people
from matching.models import Band, SourceList

NEEDED = ("matching.view_match", "reports.view_report")


class WhyNotForm(forms.Form):
    """Which two: a report by its number, an entry by its list and row."""

    report = forms.CharField(
        label=gettext_lazy("Reference number of the report"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
    )
    source_list = forms.ModelChoiceField(
        label=gettext_lazy("List"),
        queryset=SourceList.objects.committed().select_related("wave__exchange"),
        widget=UnfoldAdminSelectWidget,
    )
    row = forms.IntegerField(
        label=gettext_lazy("Row of the file"),
        min_value=1,
        max_value=10_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    sheet = forms.CharField(
        label=gettext_lazy("Sheet (when the file has several)"),
        max_length=100,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if "report" in told:
            self._look("report", why_not.find_report, told["report"])
        if {"source_list", "row"} <= told.keys():
            self._look("row", why_not.find_entry, told["source_list"], told["row"], told.get("sheet", ""))
        return self.cleaned_data

    def _look(self, name: str, find: Any, *told: Any) -> None:
        try:
            self.cleaned_data[f"found_{name}"] = find(*told)
        except why_not.NotFound as missing:
            self.add_error(name, missing.words)


def why_not_page(request: HttpRequest) -> HttpResponse:
    """Ask (with what is known filled in), or answer. An answered pair is on record as seen, both of them."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    asked = "row" in request.GET and "report" in request.GET
    form = WhyNotForm(request.GET) if asked else WhyNotForm(initial=request.GET.dict())
    shown = _answered(request, form) if asked and form.is_valid() else {}
    context = {**admin.site.each_context(request), "title": _("Why is this no match?"), "form": form, **shown}
    return TemplateResponse(request, "matching/why_not_page.html", context)


def _answered(request: HttpRequest, form: WhyNotForm) -> dict[str, Any]:
    report, entry = form.cleaned_data["found_report"], form.cleaned_data["found_row"]
    viewer = signed_in(request)
    record_view(viewer, report)
    record_view(viewer, entry)
    found = why_not.explain(report, entry)
    return {
        **shown_people(found.person, found.entry, found.comparison.evidence),
        **shown_evidence(found.comparison.evidence, found.comparison.caps),
        "found": found,
        "engine_version": engine.ENGINE_VERSION,
        "tables_version": engine.TABLES_VERSION,
        "points": found.comparison.points,
        "probability": percent(found.probability),
        "band": dict(Band.choices).get(found.band, _("none")),
    }
