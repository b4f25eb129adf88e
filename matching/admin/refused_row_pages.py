"""Rows of a list that could not be read: put right, also where a row holds several people, or set aside."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from familylink.damage import in_words, opens
from familylink.locks import held_rows_as
from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching import lists, lists_intake
from matching.admin.list_page import page_language
from matching.admin.list_refusals import say_why, taken_back_in_words
from matching.models import Aside, ListState, RefusedRow, SourceList
from matching.news.corrections import TakenBack

COMMIT = "matching.commit_sourcelist"
RECEIVE = "matching.add_sourcelist"
MOST_PEOPLE = 10  # in one row
Cells = list[list[str]]  # of each person in the row
NOT_ASKED = gettext_lazy(
    "The list itself says that this person was not released. Please ask whoever sent it, and tick that you did."
)


class RefusedRowPages(ModelAdmin):
    """The pages of refused rows, beside those of the list itself."""

    def get_urls(self) -> list[Any]:
        row = self.admin_site.admin_view(self.refused_row_view)
        sheet = self.admin_site.admin_view(self.refused_sheet_view)
        return [
            path("<uuid:list_id>/rows/<uuid:row_id>/", row, name="matching_sourcelist_row"),
            path("<uuid:list_id>/refused.csv", sheet, name="matching_sourcelist_refused"),
            *super().get_urls(),
        ]

    def refused_row_view(self, request: HttpRequest, list_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
        """One row that could not be read: to be put right, typed anew, set aside or brought back."""
        require(request, RECEIVE)
        refused = get_object_or_404(RefusedRow, pk=row_id, source_list=list_id)
        as_received = lists_intake.cells_of(refused)
        typed = refused.people if opens(refused, "correction") else []
        people = [each["cells"] for each in typed] or [as_received]
        problems = [] if refused.corrected_at else lists_intake.problems_of(refused)
        if request.method == "POST":
            people = _typed(request, as_received)
            found = None if "more" in request.POST else _do(request, refused, people)
            if found == []:
                return redirect("admin:matching_sourcelist_change", list_id)
            problems = found or []
        record_view(signed_in(request), refused.source_list)
        typed_at = refused.corrected_at.isoformat() if refused.corrected_at else ""
        return self.page(
            request,
            "matching/refused_row.html",
            _("Put the row right"),
            **_shown(refused, people, problems, request.POST.get("typed_at", typed_at)),
        )

    def refused_sheet_view(self, request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
        """The rows that could not be read, with the reasons, for the office that sent them."""
        require(request, RECEIVE)
        source_list = get_object_or_404(SourceList, pk=list_id)
        record_view(signed_in(request), source_list)
        headings = [_("Sheet"), _("Row"), _("Why it could not be read"), _("Given out"), _("As received")]
        mark = f"{signed_in(request)}, {date_format(localtime(), 'DATETIME_FORMAT')}"
        content = lists_intake.sheet_of_refused(
            source_list, language=page_language(), headings=headings, mark=mark
        )
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="refused-{str(list_id)[:8]}.csv"'
        return answer

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """A page of the lists desk, with what everybody on it may do."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        shared["may_commit"] = request.user.has_perm(COMMIT)
        shared["may_receive"] = request.user.has_perm(RECEIVE)
        return TemplateResponse(request, template, {**shared, **context})


def require(request: HttpRequest, right: str) -> None:
    """Refuse whoever has not this right."""
    if not request.user.has_perm(right):
        raise PermissionDenied


def _typed(request: HttpRequest, as_received: list[str]) -> Cells:
    """What stands in the fields, of each person; one person more, as the row was received, where that was asked."""
    if request.POST.keys() & {"aside", "back"}:  # of the forms that have no such fields
        return [as_received]
    told = request.POST.get("people", "1")
    count = min(int(told), MOST_PEOPLE) if told.isdecimal() else 1
    people = [
        [request.POST.get(f"cell-{index}{_of(n)}", "") for index in range(len(as_received))]
        for n in range(max(count, 1))
    ]
    if "more" in request.POST and len(people) < MOST_PEOPLE:
        people.append(as_received)
    return people


def _seen(request: HttpRequest) -> datetime | None:
    """When what the page showed was typed, if it was: nobody replaces what somebody else typed meanwhile."""
    try:
        return parse_datetime(request.POST.get("typed_at", ""))
    except ValueError:
        return None


def _of(person: int) -> str:
    return f"-of-{person + 1}" if person else ""


def _do(request: HttpRequest, refused: RefusedRow, people: Cells) -> list[lists.Problem]:
    """What is still amiss; nothing when the row is done with."""
    try:
        with held_rows_as(lists_intake.Busy):
            return _done(request, refused, people)
    except lists_intake.NotWaiting:
        messages.info(request, _("Somebody else was first: this row, or its list, is in another state now."))
        return []
    except lists_intake.StillRefused as still:
        return list(still.problems)
    except lists_intake.Busy as busy:  # what was typed stays on the page, to be sent again
        say_why(request, busy)
        return lists_intake.problems_of(refused)


def _done(request: HttpRequest, refused: RefusedRow, people: Cells) -> list[lists.Problem]:
    if "aside" in request.POST:
        return _set_aside(request, refused)
    if "back" in request.POST:
        lists_intake.bring_row_back(refused.pk, by=signed_in(request))
        return []
    if lists_intake.is_held_back(refused) and "is_released" not in request.POST:
        messages.error(request, NOT_ASKED)
        return lists_intake.problems_of(refused)
    told = [people[0], *(cells for cells in people[1:] if any(map(str.strip, cells)))]
    gone = lists_intake.correct_row(refused.pk, *told, by=signed_in(request), typed_at=_seen(request))
    messages.success(request, _("Row %(row)d was put right.") % {"row": refused.row})
    _say_taken_back(request, gone)
    return []


def _say_taken_back(request: HttpRequest, gone: TakenBack) -> None:
    if gone.cancelled or gone.to_correct:
        messages.warning(request, taken_back_in_words(gone))


def _set_aside(request: HttpRequest, refused: RefusedRow) -> list[lists.Problem]:
    why = request.POST["aside"]
    if why not in Aside.values:
        messages.error(request, _("Please choose why this row is nobody's."))
        return lists_intake.problems_of(refused)
    others = lists_intake.beside_below_title(refused) if "all_below" in request.POST else []
    gone = lists_intake.set_row_aside(refused.pk, Aside(why), by=signed_in(request), typed_at=_seen(request))
    for other in others:
        lists_intake.set_row_aside(other.pk, Aside(why), by=signed_in(request))
    rows = ", ".join(str(number) for number in sorted(row.row for row in (refused, *others)))
    said = _("Set aside, and kept on record: %(rows)s") % {"rows": rows}
    messages.success(request, said)
    _say_taken_back(request, gone)
    return []


def _shown(refused: RefusedRow, people: Cells, problems: list[lists.Problem], seen: str) -> dict[str, Any]:
    """`seen`: when that was typed which whoever types now has seen, "" for nothing."""
    columns = lists_intake.columns_for(refused).columns
    wrong = {problem.index for problem in problems}
    reasons = list(dict.fromkeys(problem.sentence(page_language()) for problem in problems))
    return {
        "object": refused.source_list,
        "refused": refused,
        "people": [
            [
                (column, f"cell-{column.index}{_of(n)}", cell, column.index in wrong)
                for column, cell in zip(columns, cells, strict=False)
            ]
            for n, cells in enumerate(people)
        ],
        "as_received": list(zip(columns, lists_intake.cells_of(refused), strict=False)),
        "typed_at": seen,
        "is_in_force": refused.source_list.state == ListState.COMMITTED,
        "may_add": len(people) < MOST_PEOPLE,
        "reasons": reasons if opens(refused, "problem") else [*reasons, in_words(refused)],
        "asides": Aside.choices,
        "is_held_back": lists_intake.is_held_back(refused),
        "below_title": len(lists_intake.beside_below_title(refused)) + 1,
    }
