"""EDGE: what staff pages and scripts poll. A page asks for HTML and gets a fragment, a script gets JSON."""

import dataclasses

from django.shortcuts import get_object_or_404
from rest_framework.renderers import JSONRenderer, TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.models import MatchRun
from matching.permissions import MayViewRuns
from matching.progress import progress


class RunProgress(APIView):
    """Entries done, rate and time left of one matching run. Numbers only: no person is in them."""

    permission_classes = [MayViewRuns]
    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]
    template_name = "matching/progress.html"

    def get(self, request: Request, run_id: int) -> Response:
        found = progress(get_object_or_404(MatchRun, pk=run_id))
        if request.accepted_renderer.format == "html":
            return Response({"progress": found})
        return Response(dataclasses.asdict(found))
