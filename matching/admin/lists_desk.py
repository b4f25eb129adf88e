"""Receive a list, look at what is in it, commit it, watch it being matched."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching import lists, lists_intake
from matching.models import ListKind, ListState, Reliability, SourceList, Wave
from matching.progress import progress_of

FIRST_ROWS = 20
FIELD_NAMES = {
    "full_name": gettext_lazy("full name"),
    "surname": gettext_lazy("surname"),
    "given": gettext_lazy("given name"),
    "patronymic": gettext_lazy("patronymic"),
    "other_names": gettext_lazy("other spellings"),
    "birth_date": gettext_lazy("birth date"),
    "sex": gettext_lazy("sex"),
    "place": gettext_lazy("place"),
    "unit": gettext_lazy("military unit"),
    "rank": gettext_lazy("rank"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("number"),
    "report_id": gettext_lazy("report number"),
}
COMMIT = "matching.commit_sourcelist"


class ReceiveListForm(forms.Form):
    """What must be known of a list besides the file: lists lie, so kind and reliability are required."""

    wave = forms.ModelChoiceField(
        label=gettext_lazy("Wave"),
        queryset=Wave.objects.select_related("exchange"),
        widget=UnfoldAdminSelectWidget,
    )
    source_name = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Who gave us this list, in words that a colleague understands."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", "—"), *ListKind.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Only a list of the released may ever lead to a message to a family."),
    )
    reliability = forms.ChoiceField(
        label=gettext_lazy("Reliability"),
        choices=[("", "—"), *Reliability.choices],
        widget=UnfoldAdminSelectWidget,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("CSV, TSV, XLSX, XLS or ODS."),
        allow_empty_file=True,  # the reader says in words what is wrong with an empty file
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_LIST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB.") % {"limit": settings.MAX_LIST_BYTES // 2**20}
            )
        return file


@admin.register(SourceList)
class SourceListAdmin(ModelAdmin):
    list_display = ["source_name", "wave", "kind", "reliability", "state", "entry_count", "refused_count"]
    list_filter = ["state", "kind", "wave"]
    list_select_related = ["wave__exchange"]

    def has_delete_permission(self, request: HttpRequest, obj: SourceList | None = None) -> bool:
        """A committed list stays: families may have been told because of it."""
        committed = obj is not None and obj.state != ListState.RECEIVED
        return super().has_delete_permission(request, obj) and obj is not None and not committed

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {"wave": request.GET.get("wave")}
        form = ReceiveListForm(request.POST or None, request.FILES or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            received = _receive(request, form)
            if received is not None:
                return redirect("admin:matching_sourcelist_change", received.pk)
        return self._page(request, "matching/receive_list.html", _("Receive a list"), form=form)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        source_list = get_object_or_404(SourceList.objects.select_related("wave__exchange"), pk=object_id)
        if request.method == "POST":
            return _commit(request, source_list)
        record_view(signed_in(request), source_list)
        return self._page(
            request,
            "matching/list_page.html",
            str(source_list),
            object=source_list,
            **_what_it_holds(source_list),
        )

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        shared["may_commit"] = request.user.has_perm(COMMIT)
        return TemplateResponse(request, template, {**shared, **context})


def _receive(request: HttpRequest, form: ReceiveListForm) -> SourceList | None:
    """The list now kept; None with the reason written on the form."""
    file = form.cleaned_data.pop("file")
    try:
        return lists_intake.receive_list(
            **form.cleaned_data, filename=file.name, content=file.read(), by=signed_in(request)
        )
    except lists.Unreadable as unreadable:
        form.add_error("file", unreadable.sentence(_language()))
    except lists_intake.AlreadyReceived as received:
        form.add_error(
            "file",
            _("This file was already received on %(day)s: %(list)s. Nothing was added.")
            % {
                "day": localtime(received.known.received_at).strftime("%d.%m.%Y %H:%M"),
                "list": received.known,
            },
        )
    return None


def _commit(request: HttpRequest, source_list: SourceList) -> HttpResponse:
    if not request.user.has_perm(COMMIT):
        raise PermissionDenied
    try:
        run = lists_intake.commit_list(source_list.pk, by=signed_in(request))
    except lists_intake.AlreadyCommitted:
        messages.info(request, _("This list had already been committed. Nothing was added."))
    except lists_intake.NothingToCommit:
        messages.error(request, _("No row of this list could be read, so there is nothing to commit."))
    else:
        said = ngettext(
            "%(count)d person was committed. The matching has started.",
            "%(count)d people were committed. The matching has started.",
            run.entry_count,
        )
        messages.success(request, said % {"count": run.entry_count})
    return redirect("admin:matching_sourcelist_change", source_list.pk)


def _what_it_holds(source_list: SourceList) -> dict[str, Any]:
    preview = lists_intake.preview_list(source_list)
    language = _language()
    return {
        "progress": progress_of(source_list),
        "sheets": [_sheet(recognition, language) for recognition in _sheets(preview.recognition)],
        "notes": [note.sentence(language) for note in preview.table.notes],
        "people": preview.rows.people[:FIRST_ROWS],
        "people_count": len(preview.rows.people),
        "problems": [(problem, problem.sentence(language)) for problem in preview.rows.problems],
        "skipped": [(line, line.sentence(language)) for line in preview.rows.skipped],
    }


def _sheets(recognition: lists.Recognition) -> tuple[lists.Recognition, ...]:
    return (recognition, *recognition.others)


def _sheet(recognition: lists.Recognition, language: str) -> dict[str, Any]:
    columns = [
        {
            "title": column.title(),
            "field": FIELD_NAMES.get(column.field),
            "samples": column.samples,
            "reason": column.reason(language),
        }
        for column in recognition.columns
    ]
    return {"name": recognition.sheet, "columns": columns}


def _language() -> str:
    return (get_language() or "uk")[:2]
