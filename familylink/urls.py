"""The addresses: the families' pages in their language, the staff's desk, the providers' call-backs."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

admin.autodiscover()


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address that the framework has and nothing here asks for."""
    raise Http404


urlpatterns = [
    # It hands out rows by what is typed, and of a relation seen from its other end it dies.
    path("admin/autocomplete/", nowhere),
    path("admin/", admin.site.urls),
    path("staff/", include("familylink.staff_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("staff-api/", include("matching.urls")),
    path("callbacks/", include("notifications.urls")),
    *i18n_patterns(path("", include("familylink.portal.urls")), prefix_default_language=True),
]

handler400 = "familylink.portal.errors.bad_request"
handler403 = "familylink.portal.errors.forbidden"
handler404 = "familylink.portal.errors.not_found"
handler500 = "familylink.portal.errors.broken"
