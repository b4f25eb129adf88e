"""Delivers into our own database: the phones and mailboxes of a demo. No message leaves the machine."""

from datetime import datetime

from notifications.models import SunkMessage
from notifications.transports.base import Accepted, LookUp, NotThere, Options, Outgoing


class SinkTransport:
    """Sending the same reference twice delivers once, as with a good provider."""

    name = "sink"

    def __init__(self, channel: str, options: Options) -> None:
        self.channel = channel

    def send(self, outgoing: Outgoing) -> Accepted:
        sunk = SunkMessage(
            attempt_reference=outgoing.reference,
            channel=self.channel,
            to=outgoing.to,
            subject=outgoing.subject,
            body=outgoing.body,
        )
        SunkMessage.objects.bulk_create([sunk], ignore_conflicts=True)
        return Accepted(str(outgoing.reference), is_delivered=True)

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        arrived = SunkMessage.objects.filter(attempt_reference=outgoing.reference).exists()
        return Accepted(str(outgoing.reference), is_delivered=True) if arrived else NotThere()
