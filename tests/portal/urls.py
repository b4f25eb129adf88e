"""The project's addresses with the portal's error pages, and a page that breaks."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from familylink.urls import urlpatterns as project

SECRET = "Вересняк Олександр"


def breaks(request: HttpRequest, how: str) -> HttpResponse:
    raise {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}[how](SECRET)


urlpatterns = [path("uk/breaks/<str:how>/", breaks), path("en/breaks/<str:how>/", breaks), *project]
handler400 = "familylink.portal.errors.bad_request"
handler403 = "familylink.portal.errors.forbidden"
handler404 = "familylink.portal.errors.not_found"
handler500 = "familylink.portal.errors.broken"
