"""The project's addresses and error pages, and a page that breaks."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from familylink.urls import handler400, handler403, handler404, handler500
from familylink.urls import urlpatterns as project

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
SECRET = "Вересняк Олександр"


def breaks(request: HttpRequest, how: str) -> HttpResponse:
    raise {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}[how](SECRET)


urlpatterns = [path("uk/breaks/<str:how>/", breaks), path("en/breaks/<str:how>/", breaks), *project]
