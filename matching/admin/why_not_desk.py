"""The page "why not?": any report beside any list entry, with what stands between them.

What is compared stands in the address by its ids; a name of a sheet, which may be a man's, is only ever posted.
"""

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from familylink.reports.models import Report
from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching import engine, why_not
from matching.admin.list_forms import ListChoice
from matching.admin.pairs import percent, shown_evidence, shown_people
from matching.models import Band, ListEntry, SourceList

NEEDED = ("matching.view_match", "reports.view_report")


class WhyNotForm(forms.Form):
    """Which two: a report by its number, an entry by its list and row."""

    report = forms.CharField(
        label=gettext_lazy("Reference number of the report"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
    )
    source_list = ListChoice(
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
    part = forms.IntegerField(
        label=gettext_lazy("Person of the row (when it names several)"),
        min_value=1,
        max_value=100,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if "report" in told:
            self._look("report", why_not.find_report, told["report"])
        if {"source_list", "row"} <= told.keys():
            where = told["source_list"], told["row"], told.get("sheet", ""), told.get("part")
            self._look("row", why_not.find_entry, *where)
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
    report, entry = _report(request.GET.get("report")), _entry(request.GET.get("entry"))
    form = WhyNotForm(request.POST) if request.method == "POST" else WhyNotForm(initial=_known(report, entry))
    if form.is_valid():
        told = form.cleaned_data
        asked = {"report": told["found_report"].reference, "entry": told["found_row"].pk}
        return redirect(f"{reverse('admin:matching_match_why_not')}?{urlencode(asked)}")
    shown = _answered(request, report, entry) if report and entry and not form.is_bound else {}
    context = {**admin.site.each_context(request), "title": _("Why is this no match?"), "form": form, **shown}
    return TemplateResponse(request, "matching/why_not_page.html", context)


def _report(reference: str | None) -> Report | None:
    try:
        return why_not.find_report(reference) if reference else None
    except why_not.NotFound as missing:
        raise Http404 from missing


def _entry(entry_id: str | None) -> ListEntry | None:
    try:
        return get_object_or_404(ListEntry, pk=uuid.UUID(entry_id)) if entry_id else None
    except ValueError as no_id:
        raise Http404 from no_id


def _known(report: Report | None, entry: ListEntry | None) -> dict[str, Any]:
    """What the form is filled in with."""
    known: dict[str, Any] = {"report": report.reference} if report else {}
    if entry:
        where = {"row": entry.row, "sheet": entry.sheet or "", "part": entry.part}
        known |= {"source_list": entry.source_list_id, **where}
    return known


def _answered(request: HttpRequest, report: Report, entry: ListEntry) -> dict[str, Any]:
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
