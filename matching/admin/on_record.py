"""Whoever sees names in a list is on record for each of them, as whoever opens a page is."""

from collections.abc import Iterable, Iterator

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from familylink.reports.privacy import record_views
from familylink.staff import signed_in
from matching.models import Correction, Match


def record_listed(request: HttpRequest, response: HttpResponse) -> None:
    """The people on this page of a list of pairs or corrections, before it is rendered."""
    if isinstance(response, TemplateResponse) and "cl" in (response.context_data or {}):
        rows = response.context_data["cl"].result_list  # type: ignore[index]  # looked up above
        record_entries(request, (row.match if isinstance(row, Correction) else row for row in rows))


def record_entries(request: HttpRequest, pairs: Iterable[Match]) -> None:
    """Pairs of which a page names the list entry alone."""
    record_views(signed_in(request), [pair.entry for pair in pairs])


def record_pair(request: HttpRequest, match: Match, rivals: dict[str, list[Match]]) -> None:
    """The pair page shows two people, and those who may be one of them too."""
    record_views(signed_in(request), [match, *_named(rivals)])


def _named(rivals: dict[str, list[Match]]) -> Iterator[Model]:
    yield from (rival.missing_person for rival in rivals["for_entry"])
    yield from (rival.entry for side in ("for_person", "sources") for rival in rivals[side])
