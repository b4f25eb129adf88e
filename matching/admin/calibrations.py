"""Calibrations: how true what is said was, before and after, and the two people who switch one on or off."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from familylink.staff import ReadOnly, signed_in
from matching import recalibration, yardstick
from matching.evaluation.reliability import Reliability
from matching.models import Band, Calibration, CalibrationSwitch
from matching.models.yardstick import SWITCH

VIEW = "matching.view_calibration"


@admin.register(Calibration)
class CalibrationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Versions are made by `manage.py recalibrate`; here they are read, and switched by two people."""

    list_display = [
        "version",
        "made_at",
        "made_by",
        "confirmed_count",
        "rejected_count",
        "shown_errors",
        "standing",
    ]
    list_select_related = ["made_by"]
    list_display_links = ["version"]
    actions = None

    @admin.display(description=gettext_lazy("version"), ordering="pk")
    def version(self, calibration: Calibration) -> str:
        return str(calibration.pk)

    @admin.display(description=gettext_lazy("calibration error, before and after"))
    def shown_errors(self, calibration: Calibration) -> str:
        before, after = (calibration.measured[when]["ece"] for when in ("before", "after"))
        return f"{number_format(before, 3)} → {number_format(after, 3)}"

    @admin.display(description=gettext_lazy("state"))
    def standing(self, calibration: Calibration) -> str:
        return standing(calibration)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        needed = SWITCH if request.method == "POST" else VIEW
        if not request.user.has_perm(needed):
            raise PermissionDenied
        known = Calibration.objects.select_related("made_by")
        calibration = get_object_or_404(known, pk=int(object_id) if object_id.isdecimal() else None)
        if request.method == "POST":
            return self._switch(request, calibration)
        before, after = (Reliability.from_dict(calibration.measured[when]) for when in ("before", "after"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Calibration %(version)s") % {"version": calibration.pk},
            "calibration": calibration,
            "standing": standing(calibration),
            "is_in_force": yardstick.calibration_in_force() == calibration,
            "tables": [
                (_("As it was said"), before),
                (_("With the calibration, of pairs that it was not made from"), after),
            ],
            "moved": [
                (_in_words(direction), count) for direction, count in calibration.measured["moved"].items()
            ],
            "asked": _asked(),
            "switches": calibration.switches.select_related("asked_by", "approved_by"),
            "may_switch": request.user.has_perm(SWITCH) and yardstick.is_of_this_engine(calibration),
        }
        return TemplateResponse(request, "matching/calibration_page.html", context)

    def _switch(self, request: HttpRequest, calibration: Calibration) -> HttpResponse:
        wanted = None if request.POST.get("switch") == "off" else calibration
        try:
            switched = recalibration.switch(wanted, by=signed_in(request))
        except recalibration.NotAllowed as refused:
            raise PermissionDenied from refused
        except recalibration.Refused as refused:
            messages.error(request, refused.words)
        else:
            messages.success(request, _said(switched))
        return redirect("admin:matching_calibration_change", calibration.pk)


def standing(calibration: Calibration) -> str:
    """Where this version stands, in words."""
    if yardstick.calibration_in_force() == calibration:
        return _("in force")
    if not yardstick.is_of_this_engine(calibration):
        return _("of another engine: not usable")
    asked = _asked()
    return _("asked for, not approved") if asked and asked.calibration == calibration else _("not in force")


def _in_words(direction: str) -> str:
    """ "certain > probable" in the reader's language."""
    labels = dict(Band.choices)
    return " → ".join(str(labels.get(band, _("none"))) for band in direction.split(" > "))


def _asked() -> CalibrationSwitch | None:
    newest = CalibrationSwitch.objects.select_related("asked_by").first()
    return newest if newest is not None and newest.approved_by_id is None else None


def _said(switched: CalibrationSwitch) -> str:
    if switched.approved_by_id is None:
        return _("Asked for. It takes effect when another person approves.")
    return _("Switched. What is undecided is being matched again.")
