"""The project's own addresses and error pages, and one page that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from familylink.urls import handler400, handler403, handler404, handler500
from familylink.urls import urlpatterns as project

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path(f"{language}/breaks/", breaks) for language in ("uk", "en", "ru")] + project
