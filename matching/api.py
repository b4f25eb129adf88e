"""EDGE: what staff pages and scripts poll. A page asks for HTML and gets a fragment, a script gets JSON."""

import dataclasses
import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer, TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.models import MatchRun, SourceList
from matching.progress import list_progress, progress


class MayViewRuns(BasePermission):
    """Staff who may see lists may see how far their matching is."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_staff and user.has_perm("matching.view_sourcelist")


class RunProgress(APIView):
    """Entries done, rate and time left of one matching run. Numbers only: no person is in them."""

    permission_classes = [MayViewRuns]
    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]
    template_name = "matching/progress.html"

    def get(self, request: Request, run_id: int) -> Response:
        run = get_object_or_404(MatchRun.objects.with_lists(), pk=run_id)
        found = progress(run)
        if request.accepted_renderer.format == "html":
            shown = {"progress": found, "list": run.source_list}
            return _fragment(shown, is_over=found.is_finished or found.is_stopped)
        return Response(dataclasses.asdict(found))


class ListProgress(APIView):
    """Rows done, rate and time left of a list that is being read or committed. Numbers only."""

    permission_classes = [MayViewRuns]
    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]
    template_name = "matching/list_progress.html"

    def get(self, request: Request, list_id: uuid.UUID) -> Response:
        lists = SourceList.objects.select_related("wave__exchange")
        source_list = get_object_or_404(lists, pk=list_id)
        found = list_progress(source_list)
        if request.accepted_renderer.format == "html":
            return _fragment(
                {"work": found, "list": source_list}, is_over=found.is_stopped or not found.is_at_work
            )
        return Response(dataclasses.asdict(found))


def _fragment(context: dict[str, Any], *, is_over: bool) -> Response:
    """The page around the fragment shows something else once the work is done, or stopped by somebody."""
    return Response(context, headers={"HX-Refresh": "true"} if is_over else {})
