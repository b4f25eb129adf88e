"""What may not stand in the wording of a message, whoever writes it."""

import re
from collections.abc import Iterator

from notifications import messages

# No-break spaces and invisible characters turn an SMS into another alphabet, or hide what a text says.
_INVISIBLE = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff]"
)
_LINK = re.compile(
    r"https?:|www\.|[^\s.]@[^\s.]|[a-z0-9-]\.(?:[a-z]{2,})\b|[а-яіїєґ0-9]\.(?:укр|ua|ру|рф)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d[\d\s()-]{4,}\d")
# Never in writing: only a person, together with a person.
_GRAVE = re.compile(
    r"death|\bdead|\bdied|deceas|killed|\bremains|funeral|buri|morgue|загин|помер|смерт|вбит|убит|тіло|останк|похор"
    r"|погиб|умер|тело|морг|двохсот|двухсот|200-й",
    re.IGNORECASE,
)
# Where he was, how he is, that he is free: said by a person, or on the page after a code.
_TOLD = re.compile(
    r"released|prison|captiv|wound|hospital|звільнен|полон|поранен|шпитал|лікарн|освобожд|плен|ранен|госпитал",
    re.IGNORECASE,
)
_POLITE = re.compile(r"(?:Ви|Вас|Вам|Вами|Ваш\w{0,3}|Вы|I|We)$")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’ʼ-]*")


def problems(*, message: str, language: str, channel: str, subject: str, text: str) -> list[str]:
    """Every reason why this wording may not be used, in English for the log and the form; empty: it may."""
    return list(_problems(message, language, channel, subject, text))


def _problems(message: str, language: str, channel: str, subject: str, text: str) -> Iterator[str]:
    kind = messages.KINDS.get(message)
    if kind is None or language not in messages.LANGUAGES:
        yield "no such message in this language"
        return
    both = f"{subject}\n{text}"
    misused = list(_placeholders(kind, both, channel))
    yield from misused
    bare = re.sub(r"\{\{.*?\}\}", " ", both)
    for pattern, words in (
        (_INVISIBLE, "an invisible or no-break character"),
        (_LINK, "a link or an address; e-mails may use {{ address }}"),
        (_NUMBER, "a number; use {{ phone }}"),
        (_GRAVE, "a word of death"),
        (_TOLD, "what may be told only by a person or on the page"),
    ):
        if found := pattern.search(bare):
            yield f"{words}: {found[0]!r}"
    yield from (f"looks like a name: {word}" for word in _names(bare))
    if (channel == "email") != bool(subject):
        yield "an e-mail has a subject, an SMS has none"
    if (
        channel == "sms"
        and not misused
        and not messages.fits_when_longest(messages.Source(subject, text, ""), message, language)
    ):
        yield "more than two SMS parts with the longest values"


def _placeholders(kind: messages.Kind, text: str, channel: str) -> Iterator[str]:
    try:
        used = messages.placeholders(text)
    except Exception as error:  # the engine's own errors for what is no template
        yield f"cannot be read as a template: {type(error).__name__}"
        return
    if stray := used - kind.needs - set(messages.SERVICE):
        yield f"unknown placeholders: {', '.join(sorted(stray))}"
    if missing := kind.needs - used:
        yield f"missing placeholders: {', '.join(sorted(missing))}"
    if channel == "sms" and "address" in used:
        yield "an SMS has no link"


def _names(text: str) -> Iterator[str]:
    """Capital letters in the middle of a sentence, but for the polite forms and words all in capitals."""
    for sentence in re.split(r"[.!?:\n]", text):
        for word in _WORD.findall(sentence)[1:]:
            if word[0].isupper() and not word.isupper() and not _POLITE.match(word):
                yield word
