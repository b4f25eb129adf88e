"""Message key, language, channel and context in; subject and text out, and what an SMS of it costs.

The wording stands in the database, in versions that two people have approved (`wording`); the first ones come with
the program, from templates/messages. A wording holds nothing but text and the placeholders of its message.
"""

import functools
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine
from django.template import Template as DjangoTemplate
from django.template.base import TextNode, VariableNode

from familylink.sealing import blind_index
from notifications.models import State, Template

FOLDER = Path(__file__).parent / "templates" / "messages"
LANGUAGES = ("uk", "en", "ru")
MAX_SMS_PARTS = 2

# What a caller may put into a text, and what it may look like. Nothing here can carry a link, a line break or
# a sentence: what a report says about a person cannot get into a message by mistake.
VALUES: dict[str, re.Pattern[str]] = {
    "code": re.compile(r"[0-9]{4,8}"),
    "reference": re.compile(r"[A-Z0-9][A-Z0-9-]*"),
    "code_word": re.compile(r"[^\W_]+(?:['’ʼ -][^\W_]+)*"),
    "list_date": re.compile(r"[0-9]{1,2} [^\W\d_]+"),
    "list_size": re.compile(r"[0-9]+"),
}
# The longest that each may be, in the script that costs most.
LONGEST = {
    "code": "0" * 8,
    "reference": "A" * 12,
    "code_word": "щ" * 16,
    "list_date": "30 September",
    "list_size": "9" * 6,
}
SERVICE = {"service": "SERVICE_NAME", "phone": "SERVICE_PHONE", "address": "PUBLIC_URL"}


class RefusedMessage(ValueError):
    """Unknown message or language, a value that may not go into a text, or a text too long. Says no value."""


class NoWording(RefusedMessage):
    """Of this message none is approved, or the last one was retired."""


@dataclass(frozen=True)
class Kind:
    """What is fixed about a message: what it needs, how it queues, and what becomes of it unsent."""

    needs: frozenset[str]
    priority: int  # 0 leaves first: somebody sits before the screen and waits for a code
    per_day: int = 6  # to one recipient; beyond it something is wrong, and a person looks
    is_answer: bool = False  # to what they have just asked for: it leaves at any hour
    is_news: bool = False  # somebody must know that the family has heard; never sent without its owner's gate
    # Nobody asked for it now: it waits for the day, and for the recipient's other messages.
    is_courtesy: bool = False
    is_secret: bool = False  # no member of staff may read it
    may_lapse: bool = False  # unsent at its end it is worth nothing; any other waits for a person

    @property
    def unsent(self) -> State:
        """Where it stays when it will not leave by itself."""
        return State.CANCELLED if self.may_lapse else State.REVIEW


KINDS: dict[str, Kind] = {
    # No code word: whoever mistyped a number would send it to a stranger.
    "contact_code": Kind(
        frozenset({"code"}), priority=0, per_day=20, is_answer=True, is_secret=True, may_lapse=True
    ),
    "news": Kind(frozenset({"reference", "code_word"}), priority=1, is_news=True),
    "report_received": Kind(frozenset({"reference", "code_word"}), priority=2, is_answer=True),
    # No code word: they go to every address that was ever proven, and such a number may be a stranger's meanwhile.
    "report_withdrawn": Kind(frozenset({"reference"}), priority=2, is_answer=True),
    "report_erased": Kind(frozenset({"reference"}), priority=2, is_answer=True),
    "call_us": Kind(frozenset({"reference", "code_word"}), priority=2, per_day=3, is_courtesy=True),
    "please_complete": Kind(
        frozenset({"reference", "code_word"}), priority=3, per_day=2, is_courtesy=True, may_lapse=True
    ),
    "still_searching": Kind(
        frozenset({"reference", "code_word"}), priority=4, per_day=1, is_courtesy=True, may_lapse=True
    ),
    # Neither code word nor number of the report: a stranger who has the telephone now must not learn them.
    "prove_again": Kind(frozenset(), priority=4, per_day=1, is_courtesy=True, may_lapse=True),
    "checked": Kind(
        frozenset({"reference", "code_word", "list_date", "list_size"}),
        priority=5,
        per_day=1,
        is_courtesy=True,
        may_lapse=True,
    ),
}


@dataclass(frozen=True)
class Rendered:
    """What will be sent, and from which version of its template."""

    subject: str
    body: str
    version: str


UNWRITTEN = Rendered("", "", "")  # of no version in force: it never leaves


@dataclass(frozen=True)
class Source:
    """The words of one version of a message."""

    subject: str
    body: str
    version: str


Wordings = Mapping[tuple[str, str], "Source"]  # by language and channel


def render(
    *, message: str, language: str, channel: str, context: Mapping[str, str], among: Wordings | None = None
) -> Rendered:
    """The text as it will be sent, from the wording in force. Raises RefusedMessage, a NoWording where there is none.

    `among` are the wordings of this message, where a caller renders many.
    """
    kind = KINDS.get(message)
    if kind is None or language not in LANGUAGES:
        raise RefusedMessage("no such message in this language")
    _refuse_bad_values(kind, context)
    wording = (wordings(message) if among is None else among).get((language, channel))
    if wording is None:
        raise NoWording(f"no approved wording of {message}.{language}.{channel}")
    rendered = _filled(wording, context)
    if channel == "sms" and sms_parts(rendered.body) > MAX_SMS_PARTS:
        raise RefusedMessage("the SMS would need more than two parts")
    return rendered


def in_force(versions: Collection[str]) -> set[tuple[str, str, str, str]]:
    """Message, language, channel and version of those wordings that may still be sent."""
    rows = Template.objects.in_force().filter(digest__in=versions)
    return set(rows.values_list("message", "language", "channel", "digest"))


def sms_parts(text: str) -> int:
    """How many SMS a text costs: 160 or 153 a part in GSM-7, 70 or 67 UTF-16 units in any other script."""
    if all(character in _GSM or character in _GSM_EXTENSION for character in text):
        units, alone, joined = len(text) + sum(character in _GSM_EXTENSION for character in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)


def digest(subject: str, body: str) -> bytes:
    """32 keyed bytes of a rendered text: what leaves must have the digest of what was posted."""
    return blind_index("notification.text", f"{subject}\n{body}")


def is_secret(message: str) -> bool:
    """Whether staff may never read this message; an unknown one counts as secret."""
    return message not in KINDS or KINDS[message].is_secret


def may_lapse(message: str) -> bool:
    """Whether an unsent one may be dropped at its end."""
    return message in KINDS and KINDS[message].may_lapse


def longest_values(message: str, language: str) -> dict[str, str]:
    """The longest value of every placeholder of a message; a month is written in the family's own language."""
    months = {"uk": "30 листопада", "ru": "30 сентября"}
    values = {**LONGEST, "list_date": months.get(language, LONGEST["list_date"])}
    return {name: values[name] for name in KINDS[message].needs}


def preview(text: str, values: Mapping[str, str]) -> str:
    """A wording with these values and the service's own filled in."""
    return _filled(Source("", text, ""), values).body


def fits_when_longest(source: Source, message: str, language: str) -> bool:
    """Whether an SMS of this wording stays within its parts with the longest values."""
    longest = longest_values(message, language)
    return sms_parts(_filled(source, longest).body) <= MAX_SMS_PARTS


def placeholders(source: str) -> set[str]:
    """The names a template uses. Raises RefusedMessage for anything that is neither text nor a bare name."""
    names: set[str] = set()
    for node in _parsed(source).nodelist:
        if isinstance(node, TextNode):
            continue
        if not isinstance(node, VariableNode) or not str(node.filter_expression).isidentifier():
            raise RefusedMessage("a template may hold nothing but text and bare placeholders")
        names.add(str(node.filter_expression))
    return names


def _refuse_bad_values(kind: Kind, context: Mapping[str, str]) -> None:
    if not kind.needs <= set(context) <= set(VALUES):
        raise RefusedMessage(f"this message needs: {', '.join(sorted(kind.needs))}")
    for name, value in context.items():
        if len(value) > len(LONGEST[name]) or not VALUES[name].fullmatch(value):
            raise RefusedMessage(f"the value of {name} may not go into a text")


def wordings(message: str) -> Wordings:
    """The one in force in each language for each channel: one's own before the shipped one, the newest first."""
    worst_first = Template.objects.in_force().filter(message=message).order_by("-is_shipped", "version")
    return {(row.language, row.channel): Source(row.subject, row.text, row.digest) for row in worst_first}


@functools.cache
def shipped(message: str, language: str, channel: str) -> Source:
    """The wording that comes with the program. The first line of an e-mail's file is its subject."""
    raw = (FOLDER / f"{message}.{language}.{channel}.txt").read_bytes()
    text, version = raw.decode().strip(), hashlib.sha256(raw).hexdigest()[:12]
    if channel == "sms":
        return Source("", text, version)
    subject, _, body = text.partition("\n")
    return Source(subject.removeprefix("Subject: "), body.strip() + "\n", version)


def _filled(source: Source, context: Mapping[str, str]) -> Rendered:
    values = {**context, **{name: str(getattr(settings, setting)) for name, setting in SERVICE.items()}}
    return Rendered(_fill(source.subject, values), _fill(source.body, values), source.version)


def _fill(source: str, values: Mapping[str, str]) -> str:
    return _parsed(source).render(Context(values, autoescape=False))


@functools.lru_cache(maxsize=256)
def _parsed(source: str) -> DjangoTemplate:
    return _ENGINE.from_string(source)


_ENGINE = Engine(autoescape=False)
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
