"""One click in an e-mail stops messages to that mailbox (RFC 8058); opening the link alone stops nothing."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
        return HttpResponse(status=404)
    row = Notification.objects.without_text().filter(pk=pk).first()
    if row is None:
        return HttpResponse(status=404)
    if request.method == "POST":
        recipients.stop_index(row.channel, bytes(row.to_index), recipients.StopReason.ASKED)
    with translation.override(row.language):
        return render(request, "notifications/unsubscribe.html", {"is_done": request.method == "POST"})
