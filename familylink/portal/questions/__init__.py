"""The questions of a report, one to a page, in the order in which they are asked."""

from collections.abc import Mapping

from familylink.portal.questions.asking import MENDS, Question
from familylink.portal.questions.person import (
    Birth,
    Category,
    Home,
    Loss,
    Marks,
    Names,
    Photo,
    Service,
    Source,
    Spellings,
)
from familylink.portal.questions.reporter import CodeWord, ConsentQuestion, Contacts, Kinship, Relative

__all__ = [
    "ABOUT",
    "MENDS",
    "QUESTIONS",
    "CodeWord",
    "ConsentQuestion",
    "Contacts",
    "Question",
    "after",
    "asked",
    "before",
    "by_slug",
]

# What may also be corrected later; the rest is changed in places of its own.
ABOUT: tuple[type[Question], ...] = (
    Names,
    Spellings,
    Birth,
    Category,
    Service,
    Home,
    Loss,
    Marks,
    Photo,
    Source,
    Relative,
    Kinship,
)
QUESTIONS: tuple[type[Question], ...] = (*ABOUT, Contacts, CodeWord, ConsentQuestion)
_BY_SLUG = {question.slug: question for question in QUESTIONS}


def by_slug(slug: str) -> type[Question]:
    """The question at this address. Raises KeyError."""
    return _BY_SLUG[slug]


def asked(answers: Mapping[str, str]) -> list[type[Question]]:
    """The questions that make sense after these answers: nobody is asked for the unit of a civilian."""
    return [question for question in QUESTIONS if question.applies(answers)]


def after(question: type[Question], answers: Mapping[str, str]) -> type[Question] | None:
    """The question that follows; None after the last one."""
    later = QUESTIONS[QUESTIONS.index(question) + 1 :]
    return next((each for each in later if each.applies(answers)), None)


def before(question: type[Question], answers: Mapping[str, str]) -> type[Question] | None:
    """The question that came before; None for the first one."""
    earlier = QUESTIONS[: QUESTIONS.index(question)]
    return next((each for each in reversed(earlier) if each.applies(answers)), None)
