"""DO: what somebody wrote back, kept and taken at its word: stop, not me, I have read it. All else a person reads."""

import re
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from notifications import follow_ups, messages, recipients
from notifications.addresses import index_of, normalised
from notifications.models import Attempt, Channel, FollowUp, Notification, Reply, State
from notifications.models.follow_up import FollowUpQuerySet

Meaning = Reply.Meaning
LEFT = (State.ACCEPTED, State.DELIVERED, State.UNKNOWN, State.UNDELIVERED)

# Whole answers, in small letters and without punctuation. Whoever writes more than this, or asks, is read by a person:
# "a mistake?" is what a mother writes who cannot believe the news.
WORDS: dict[str, Meaning] = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "стоп", "відписатися", "відписати",
         "не пишіть", "не писати", "отписаться", "отписать", "не пишите", "не писать"),
        Meaning.STOP,
    ),
    **dict.fromkeys(
        ("not me", "wrong number", "не я", "це не я", "не той номер", "чужий номер", "ви помилилися",
         "помилились номером", "это не я", "не тот номер", "чужой номер", "вы ошиблись"),
        Meaning.NOT_ME,
    ),
    **dict.fromkeys(
        ("yes", "ok", "okay", "thanks", "thank you", "received", "так", "добре", "дякую", "отримала", "отримав",
         "прочитала", "прочитав", "да", "ок", "хорошо", "спасибо", "получила", "получил", "прочитала", "прочитал"),
        Meaning.HEARD,
    ),
}  # fmt: skip


def meaning_of(text: str) -> Meaning:
    """How an answer is taken."""
    if "?" in text:
        return Meaning.OTHER
    words = re.sub(r"[^\w\s]", " ", text.casefold()).split()
    return WORDS.get(" ".join(words), Meaning.OTHER)


@transaction.atomic
def receive(*, transport: str, event_id: str, sender: str, text: str) -> Meaning | None:
    """Keep an SMS from `sender` and do what it asks. None: known already. Raises RefusedAddress."""
    sender = normalised(Channel.SMS, sender if sender.startswith("+") else f"+{sender}")
    reply = Reply(
        transport=transport,
        event_id=event_id[:120],
        channel=Channel.SMS,
        from_index=index_of(Channel.SMS, sender),
        sender=sender,
        text=text[:2000],
        meaning=meaning_of(text),
    )
    Reply.objects.bulk_create([reply], ignore_conflicts=True)
    if not Reply.objects.filter(pk=reply.pk).exists():
        return None
    _obey(reply)
    return Meaning(reply.meaning)


def since_news(follow_up: FollowUp) -> QuerySet[Reply]:
    """What has come, since this family is owed news, from where the news went; another family may have that number."""
    sent = Notification.objects.filter(reference=follow_up.reference, state__in=LEFT)
    later = Reply.objects.filter(received_at__gte=follow_up.opened_at, from_index__in=sent.values("to_index"))
    return later.order_by("received_at")


def may_answer(reply: Reply) -> FollowUpQuerySet:
    """The families whose news had gone there before."""
    told = _told(reply.channel, bytes(reply.from_index), LEFT)
    return told.filter(opened_at__lte=reply.received_at).order_by("-opened_at")


def _obey(reply: Reply) -> None:
    to_index, why = bytes(reply.from_index), FollowUp.Why
    if reply.meaning == Meaning.STOP:
        recipients.stop_index(reply.channel, to_index, recipients.StopReason.ASKED)
    elif reply.meaning == Meaning.NOT_ME:
        recipients.stop_index(reply.channel, to_index, _what_not_me_says(reply.channel, to_index))
    else:
        if reply.meaning == Meaning.HEARD:
            for reference in _told(reply.channel, to_index, [State.DELIVERED]).values_list(
                "reference", flat=True
            ):
                follow_ups.heard(reference=reference, how=FollowUp.Outcome.REPLY)
        follow_ups.call_for(_told(reply.channel, to_index, LEFT), why.WROTE_BACK)


def _what_not_me_says(channel: str, to_index: bytes) -> recipients.StopReason:
    """That a message of ours has reached a stranger. In answer to a code no more than that somebody else asked for it,
    as anybody may who writes this number into a report: then the next code shows whose it is."""
    tried = Attempt.objects.filter(notification__channel=channel, notification__to_index=to_index)
    last = tried.went_out().order_by("-started_at").values_list("notification__message", flat=True).first()
    is_of_a_code = last is not None and messages.KINDS[last].is_secret
    return recipients.StopReason.DOUBTED if is_of_a_code else recipients.StopReason.NOT_ME


def _told(channel: str, to_index: bytes, states: Collection[State]) -> FollowUpQuerySet:
    """The families to whom news has gone out at this address: only they can be answering it.

    A "thank you" is for news only where that is known to have arrived; it may be for an earlier message of ours, and
    news that is still on its way, or about another son, is not heard by it.
    """
    sent = Notification.objects.filter(channel=channel, to_index=to_index, state__in=states)
    return FollowUp.objects.filter(reference__in=sent.values("reference"))
