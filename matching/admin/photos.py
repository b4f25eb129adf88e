"""The photo that a family gave, on the pair page: for those who may see its report, on record, and kept nowhere."""

import uuid
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from familylink.reports import likeness
from familylink.reports.models import Picture, Report
from familylink.reports.privacy import record_view
from familylink.staff import signed_in
from matching.models import Match

SEE = ("matching.view_match", "reports.view_report")


class Photo(NamedTuple):
    """A photo on the page: where it is to be had, and the reports of other people that have the same one."""

    report: Report
    address: str
    elsewhere: list[Report]


def photos(request: HttpRequest, match: Match) -> list[Photo]:
    """None for somebody who may not see reports."""
    if not request.user.has_perms(SEE):
        return []
    return [
        Photo(
            photo.report,
            reverse("admin:matching_match_photo", args=[match.pk, photo.pk]),
            _elsewhere(photo, match),
        )
        for photo in _photos_of(match).defer("content").select_related("report")
        if photo.report is not None
    ]


def _elsewhere(photo: Picture, match: Match) -> list[Report]:
    marks = photo.marks or []
    others = Picture.objects.filter(marks__overlap=marks, report__withdrawn_at=None).defer("content")
    others = others.exclude(report__missing_person=match.missing_person_id).select_related("report")
    return [
        one.report
        for one in others.order_by("pk")
        if one.report is not None and likeness.are_alike(marks, one.marks or [])
    ]


def photo_view(request: HttpRequest, match_id: uuid.UUID, picture_id: uuid.UUID) -> HttpResponse:
    """The picture itself. Its family may withdraw it at any time, so no browser and no proxy keeps it."""
    if not request.user.has_perms(SEE):
        raise PermissionDenied
    photo = get_object_or_404(_photos_of(get_object_or_404(Match, pk=match_id)), pk=picture_id)
    record_view(signed_in(request), photo)
    response = HttpResponse(bytes(photo.content), content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return response


def _photos_of(match: Match) -> QuerySet[Picture]:
    return Picture.objects.filter(
        kind=Picture.Kind.PHOTO,
        report__missing_person=match.missing_person_id,
        report__withdrawn_at=None,
    ).order_by("report__filed_at", "pk")
