"""Numbers and words that a family can read over the telephone."""

import re
import secrets
import uuid

from familylink.reports.models import Report

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: each letter is heard and read in one way, in both alphabets.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_DIGITS = 6
_NEWS = re.compile(r"news-report-([0-9a-f-]{36})(?:-[0-9]+)?")

# Calm everyday words, the same thing in the three languages; no name, place or unit among them.
CODE_WORDS = {
    "uk": ("яблуко", "берег", "вікно", "джерело", "калина", "криниця", "ластівка", "місток", "намисто", "озеро",
           "пшениця", "рушник", "сонях", "стежка", "хліб", "чайка"),
    "en": ("apple", "river bank", "window", "spring", "cranberry", "well", "swallow", "bridge", "necklace", "lake",
           "wheat", "towel", "sunflower", "path", "bread", "seagull"),
    "ru": ("яблоко", "берег", "окно", "родник", "калина", "колодец", "ласточка", "мостик", "бусы", "озеро",
           "пшеница", "полотенце", "подсолнух", "тропинка", "хлеб", "чайка"),
}  # fmt: skip


def new_reference() -> str:
    """FL-XXXX-XXXX: 23**8 = 78 thousand million, so that none is found by trying."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"FL-{letters[:4]}-{letters[4:]}"


def news_reference(report: Report) -> str:
    """What news to this family is owed under: they hear once that their man is free, from however many lists.

    It names the report and not the missing person: linking reports must not tell anybody twice. News that was
    called back before anybody heard it ends a round.
    """
    return news_reference_of(report.pk, report.news_round)


def news_reference_of(report_id: uuid.UUID, news_round: int) -> str:
    """The same where only these two are known of many reports."""
    return f"news-report-{report_id}" + (f"-{news_round}" if news_round else "")


def news_references(report: Report) -> list[str]:
    """Of this round and of all before it."""
    return [news_reference_of(report.pk, news_round) for news_round in range(report.news_round + 1)]


def report_of_news(reference: str) -> str | None:
    """The id of the report whose family this news is for; None for a reference that is not of news."""
    named = _NEWS.fullmatch(reference)
    return named[1] if named else None


def canonical_reference(text: str) -> str:
    """What a family typed, as it was issued: any case, with or without dashes and blanks."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    letters = letters.removeprefix("FL")
    return f"FL-{letters[:4]}-{letters[4:8]}"


def new_code_word(language: str) -> str:
    """A word and two digits, told to the family once and quoted in every message of ours."""
    return f"{secrets.choice(CODE_WORDS[language])} {secrets.randbelow(90) + 10}"


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
