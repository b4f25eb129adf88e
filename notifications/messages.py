"""Message key, language, channel and context in; subject and text out, and what an SMS of it costs.

One file per message, language and channel stands in templates/messages. A file may hold nothing but text and
the placeholders of its message; its version is the hash of its bytes and is kept with every notification.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine
from django.template.base import TextNode, VariableNode

from familylink.sealing import blind_index

FOLDER = Path(__file__).parent / "templates" / "messages"
LANGUAGES = ("uk", "en", "ru")
MAX_SMS_PARTS = 2

# What a caller may put into a text, and what it may look like. Nothing here can carry a link, a line break or
# a sentence: what a report says about a person cannot get into a message by mistake.
VALUES: dict[str, re.Pattern[str]] = {
    "code": re.compile(r"[0-9]{4,8}"),
    "reference": re.compile(r"[A-Z0-9][A-Z0-9-]*"),
    "code_word": re.compile(r"[^\W_]+(?:['’ʼ -][^\W_]+)*"),
}
LONGEST = {"code": 8, "reference": 14, "code_word": 16}
SERVICE = {"service": "SERVICE_NAME", "phone": "SERVICE_PHONE", "address": "PUBLIC_URL"}


class RefusedMessage(ValueError):
    """Unknown message or language, a value that may not go into a text, or a text too long. Says no value."""


@dataclass(frozen=True)
class Kind:
    """What is fixed about a message: what it needs, how it queues, and what becomes of it unsent."""

    needs: frozenset[str]
    priority: int  # 0 leaves first: somebody sits before the screen and waits for a code
    per_day: int = 6  # to one recipient; beyond it something is wrong, and a person looks
    is_answer: bool = False  # to what they have just asked for: it leaves at any hour
    is_news: bool = False  # somebody must know that the family has heard; never sent without its owner's gate
    is_courtesy: bool = (
        False  # nobody asked for it now: it waits for the day, and for the recipient's other messages
    )
    is_secret: bool = False  # no member of staff may read it
    may_lapse: bool = False  # unsent at its end it is worth nothing; any other waits for a person


KINDS: dict[str, Kind] = {
    "contact_code": Kind(
        frozenset({"code"}), priority=0, per_day=20, is_answer=True, is_secret=True, may_lapse=True
    ),
    "news": Kind(frozenset({"reference", "code_word"}), priority=1, is_news=True),
    "report_received": Kind(frozenset({"reference", "code_word"}), priority=2, is_answer=True),
}


@dataclass(frozen=True)
class Rendered:
    """What will be sent, and from which version of its template."""

    subject: str
    body: str
    version: str


@dataclass(frozen=True)
class _Source:
    subject: str
    body: str
    version: str


def render(*, message: str, language: str, channel: str, context: Mapping[str, str]) -> Rendered:
    """The text as it will be sent. Raises RefusedMessage."""
    kind = KINDS.get(message)
    if kind is None or language not in LANGUAGES:
        raise RefusedMessage("no such message in this language")
    _refuse_bad_values(kind, context)
    source = _source(message, language, channel)
    values = {**context, **{name: str(getattr(settings, setting)) for name, setting in SERVICE.items()}}
    rendered = Rendered(_fill(source.subject, values), _fill(source.body, values), source.version)
    if channel == "sms" and sms_parts(rendered.body) > MAX_SMS_PARTS:
        raise RefusedMessage("the SMS would need more than two parts")
    return rendered


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


def fits(message: str, language: str) -> bool:
    """Whether the SMS stays within its parts with the longest value of every placeholder."""
    letters = {"code": "0", "reference": "A", "code_word": "\N{CYRILLIC SMALL LETTER SHCHA}"}
    longest = {name: letters[name] * LONGEST[name] for name in VALUES}
    try:
        render(message=message, language=language, channel="sms", context=longest)
    except RefusedMessage:
        return False
    return True


def placeholders(source: str) -> set[str]:
    """The names a template uses. Raises RefusedMessage for anything that is neither text nor a bare name."""
    names: set[str] = set()
    for node in _ENGINE.from_string(source).nodelist:
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
        if len(value) > LONGEST[name] or not VALUES[name].fullmatch(value):
            raise RefusedMessage(f"the value of {name} may not go into a text")


@functools.cache
def _source(message: str, language: str, channel: str) -> _Source:
    """Read once per process. The first line of an e-mail's file is its subject."""
    raw = (FOLDER / f"{message}.{language}.{channel}.txt").read_bytes()
    text = raw.decode().strip()
    if stray := placeholders(text) - KINDS[message].needs - set(SERVICE):
        raise RefusedMessage(f"{message}.{language}.{channel} uses {', '.join(sorted(stray))}")
    version = hashlib.sha256(raw).hexdigest()[:12]
    if channel == "sms":
        return _Source("", text, version)
    subject, _, body = text.partition("\n")
    return _Source(subject.removeprefix("Subject: "), body.strip() + "\n", version)


def _fill(source: str, values: Mapping[str, str]) -> str:
    return _ENGINE.from_string(source).render(Context(values, autoescape=False))


_ENGINE = Engine(autoescape=False)
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
