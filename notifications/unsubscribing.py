"""One click in an e-mail stops messages to that mailbox (RFC 8058); opening the link alone stops nothing."""

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import recipients
from notifications.delivery import UNSUBSCRIBE
from notifications.models import Notification


@csrf_exempt  # the mail program posts without a page of ours; the signed token is the proof
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since scanners open links; POST stops. 404 for a token that we have not signed."""
    try:
        pk = signing.loads(token, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        raise Http404 from None
    row = get_object_or_404(Notification.objects.without_text(), pk=pk)
    if request.method == "POST":
        recipients.stop_index(row.channel, bytes(row.to_index), recipients.StopReason.ASKED)
    with translation.override(row.language):
        return render(request, "notifications/unsubscribe.html", _context(is_done=request.method == "POST"))


def _context(*, is_done: bool) -> dict[str, object]:
    """The number in one piece, as it is read and as a telephone dials it."""
    number = settings.SERVICE_PHONE
    return {
        "is_done": is_done,
        "service": settings.SERVICE_NAME,
        "phone": number.replace(" ", "\u00a0"),
        "dialled": number.replace(" ", ""),
    }
