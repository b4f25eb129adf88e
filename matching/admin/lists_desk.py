"""Receive a list, look at what is in it, put right how it is read, commit it, watch it being matched."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from familylink.locks import held_rows_as
from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching import lists, lists_intake, staging
from matching.admin.list_alarms import TooCommonFilter
from matching.admin.list_forms import FIELD_NAMES, ReadAsForm, ReceiveListForm, told_columns
from matching.admin.list_page import layouts_of, page_language, shown_list
from matching.admin.list_refusals import REFUSED, say_why, taken_back_in_words
from matching.admin.refused_row_pages import COMMIT, RECEIVE, RefusedRowPages, require
from matching.admin.told_ids import uuid_in
from matching.models import EventKind, ListState, SourceList
from matching.models.source_list import UNCOMMITTED


@admin.register(SourceList)
class SourceListAdmin(RefusedRowPages):
    list_display = ["__str__", "kind", "reliability", "state", "entry_count", "refused_count", "received_at"]
    list_filter = ["state", "kind", "wave", TooCommonFilter]
    list_select_related = ["wave__exchange"]

    def has_delete_permission(self, request: HttpRequest, obj: SourceList | None = None) -> bool:
        """A committed list stays: families may have been told because of it."""
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.state in UNCOMMITTED and obj.state != ListState.COMMITTING

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[Any, dict[str, int], set[str], Any]:
        """What goes with a list is its own: the framework would join the file to each refused row to name it."""
        return [str(each) for each in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: SourceList) -> None:
        lists_intake.drop_list(obj.pk, by=signed_in(request))

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with held_rows_as(lists_intake.Busy):
                answer: HttpResponse = super().delete_view(request, object_id, *args, **kwargs)
        except REFUSED as refused:
            say_why(request, refused)
            return redirect("admin:matching_sourcelist_change", object_id)
        return answer

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReceiveListForm(request.POST or None, request.FILES or None, initial=_initial(request))
        if request.method == "POST" and form.is_valid():
            received = _receive(request, form)
            if received is not None:
                return redirect("admin:matching_sourcelist_change", received.pk)
        return self.page(request, "matching/receive_list.html", _("Receive a list"), form=form)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        lists_ = SourceList.objects.select_related("wave__exchange", "supersedes")
        source_list = get_object_or_404(lists_, pk=uuid_in(object_id))
        if request.method == "POST":
            return _do(request, source_list)
        record_view(signed_in(request), source_list)
        _note_preview(request, source_list)
        return self.page(
            request,
            "matching/list_page.html",
            str(source_list),
            object=source_list,
            may_drop=self.has_delete_permission(request, source_list),
            **shown_list(source_list),
        )

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """What happened with a list stands on the page of its wave, among its other versions."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source_list = get_object_or_404(SourceList.objects.only("wave"), pk=uuid_in(object_id))
        wave = reverse("admin:matching_wave_change", args=[source_list.wave_id])
        return redirect(f"{wave}#timeline-heading")


def _initial(request: HttpRequest) -> dict[str, Any]:
    """A corrected list is of the wave, source, kind and reliability of the one it replaces."""
    replaced = SourceList.objects.replaceable()
    replaces = uuid_in(request.GET.get("supersedes", ""))
    before = replaced.filter(pk=replaces).first() if replaces else None
    if before is None:
        return {"wave": request.GET.get("wave")}
    told = {name: getattr(before, name) for name in ("wave", "source_name", "kind", "reliability")}
    return {**told, "supersedes": before}


def _note_preview(request: HttpRequest, source_list: SourceList) -> None:
    """Once for everybody who looked before the commit."""
    by = signed_in(request)
    looked = source_list.events.filter(kind=EventKind.PREVIEWED, by=by)
    if source_list.state == ListState.RECEIVED and not looked.exists():
        staging.note_event(EventKind.PREVIEWED, source_list, by)


def _receive(request: HttpRequest, form: ReceiveListForm) -> SourceList | None:
    """The list now kept; None with the reason written on the form."""
    told = {name: form.cleaned_data[name] for name in form.cleaned_data if name not in {"file", "text"}}
    filename, content = form.content()
    try:
        return lists_intake.receive_list(**told, filename=filename, content=content, by=signed_in(request))
    except lists.Unreadable as unreadable:
        form.add_error("file", unreadable.sentence(page_language()))
    except lists_intake.AlreadyReceived as received:
        form.add_error("file", _already_received(received.known))
    return None


def _already_received(known: SourceList) -> str:
    return _("This list was already received on %(day)s: %(list)s (%(state)s). Nothing was added.") % {
        "day": date_format(localtime(known.received_at), "DATETIME_FORMAT"),
        "list": known,
        "state": known.get_state_display(),
    }


def _do(request: HttpRequest, source_list: SourceList) -> HttpResponse:
    """What a button of the list's page asks for; the answer is a message on the page."""
    asked = request.POST.get("do", "")
    right, do = ACTIONS.get(asked, (COMMIT, _commit))
    require(request, right)
    try:
        with held_rows_as(lists_intake.Busy):
            do(request, source_list)
    except lists_intake.ComparedTooEarly:
        lists_intake.read_anew(source_list.pk, by=signed_in(request))
        messages.warning(
            request,
            _("The list that this one replaces has changed since. Please look at the differences again."),
        )
    except lists_intake.AlreadyReceived as received:
        messages.error(request, _already_received(received.known))
    except lists.Unreadable as unreadable:
        messages.error(request, unreadable.sentence(page_language()))
    except REFUSED as refused:
        say_why(request, refused)
    return redirect("admin:matching_sourcelist_change", source_list.pk)


def _commit(request: HttpRequest, source_list: SourceList) -> None:
    run = lists_intake.commit_list(source_list.pk, by=signed_in(request))
    if run is None:
        messages.success(request, _("The list is being committed; the matching starts by itself."))
        return
    said = ngettext(
        "%(count)d person was committed. The matching has started.",
        "%(count)d people were committed. The matching has started.",
        run.source_list.entry_count,
    )
    messages.success(request, said % {"count": run.source_list.entry_count})


def _withdraw(request: HttpRequest, source_list: SourceList) -> None:
    taken_back = lists_intake.withdraw_list(source_list.pk, by=signed_in(request))
    messages.warning(
        request,
        " ".join((_("Withdrawn."), taken_back_in_words(taken_back))),
    )


def _read_as(request: HttpRequest, source_list: SourceList) -> None:
    sheets = (source_list.preview or {}).get("sheet_names", [])
    form = ReadAsForm(request.POST, sheet_names=sheets)
    if not form.is_valid():
        messages.error(request, _("That is no way to read a list."))
        return
    lists_intake.read_anew(source_list.pk, by=signed_in(request), read_as=form.read_as())
    messages.success(request, _("The list was read again."))


def _columns(request: HttpRequest, source_list: SourceList) -> None:
    try:
        mapping, header_lines = told_columns(request.POST, layouts_of(source_list))
    except lists.ChosenTwice as twice:
        messages.error(request, _chosen_twice(twice))
        return
    except lists.BadMapping:
        messages.error(request, _("That is no way to read a list."))
        return
    lists_intake.read_anew(source_list.pk, by=signed_in(request), mapping=mapping, header_lines=header_lines)
    messages.success(request, _("The list was read again. These columns are remembered for this source."))


def _chosen_twice(twice: lists.ChosenTwice) -> str:
    said = _(
        "%(columns)s are chosen as “%(field)s”. Choose one of them; the other may be “%(spellings)s”, or not used."
    )
    if twice.field == "birth_date":
        said = _("%(columns)s are chosen as “%(field)s”. Choose one of them; the other is not used.")
    columns = ", ".join(_("“%(title)s”") % {"title": title} for title in twice.titles)
    return said % {
        "columns": columns,
        "field": FIELD_NAMES[twice.field],
        "spellings": FIELD_NAMES["other_names"],
    }


def _anew(request: HttpRequest, source_list: SourceList) -> None:
    lists_intake.read_anew(source_list.pk, by=signed_in(request), forget_source=True)
    messages.success(request, _("The list was read again, as if it were the first of its source."))


def _stop(request: HttpRequest, source_list: SourceList) -> None:
    lists_intake.stop(source_list.pk, by=signed_in(request))


def _resume(request: HttpRequest, source_list: SourceList) -> None:
    lists_intake.resume(source_list.pk, by=signed_in(request))


def _again(request: HttpRequest, source_list: SourceList) -> None:
    lists_intake.try_again(source_list.pk, by=signed_in(request))


ACTIONS: dict[str, tuple[str, Callable[[HttpRequest, SourceList], None]]] = {
    "commit": (COMMIT, _commit),
    "withdraw": (COMMIT, _withdraw),
    "read_as": (RECEIVE, _read_as),
    "columns": (RECEIVE, _columns),
    "anew": (RECEIVE, _anew),
    "stop": (COMMIT, _stop),
    "resume": (COMMIT, _resume),
    "again": (COMMIT, _again),
}
