"""The project's own addresses and error pages, and one page that breaks."""

from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_started
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import path

from familylink.urls import handler400, handler403, handler404, handler500
from familylink.urls import urlpatterns as project

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@receiver(request_started)
def forget_content_types(**facts: object) -> None:
    """Each test leaves the tables empty and their numbers new; this process outlives them."""
    ContentType.objects.clear_cache()


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path(f"{language}/breaks/", breaks) for language in ("uk", "en", "ru")] + project
