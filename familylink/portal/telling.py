"""All answers together: what is still amiss, how they are shown again, and what intake takes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.contrib.auth.models import User
from django.urls import reverse

from familylink.portal import questions
from familylink.portal.fields import Problem
from familylink.portal.questions import CodeWord, ConsentQuestion, Contacts, Question
from familylink.portal.questions.asking import Shown
from familylink.reports.answers import names_of, person_of
from familylink.reports.intake import Told
from familylink.reports.models import Report
from matching.engine import Name

TOLD_HOW = "told_how"  # what staff said of a report before its first question


class Section(NamedTuple):
    """A question with its answers, on the page where all are looked at again."""

    question: Question
    shown: list[Shown]
    has_picture: bool
    url: str


class Telling:
    """One relative's answers, each judged by its question."""

    def __init__(
        self, answers: Mapping[str, str], among: Sequence[type[Question]] = questions.QUESTIONS
    ) -> None:
        self.answers = answers
        self.forms: dict[type[Question], Question] = {
            question: question(answers) for question in among if question.applies(answers)
        }

    def problems(self) -> list[Problem]:
        """What must be mended before the report can be filed; each leads to its question."""
        return [
            Problem(f"{change_url(form.slug)}{problem.href}", problem.words)
            for form in self.forms.values()
            for problem in form.problems()
        ]

    def names_the_teller(self) -> bool:
        """Whether they wrote the same name for themselves: a namesake, or the person sought."""
        told = {_words(part) for name in names_of(self.answers) for part in (name.full, _full(name))}
        return _words(self.answers.get("reporter_name", "")) in {words for words in told if len(words) > 1}

    def sections(self, pictures: set[str]) -> list[Section]:
        """Every question asked; `pictures` are the kinds that were given."""
        return [
            Section(form, list(form.shown()), form.picture in pictures, change_url(form.slug))
            for form in self.forms.values()
        ]

    def told(self, *, source_reference: str, entered_by: User | None = None) -> Told:
        """The answers as intake takes them; only when there is no problem."""
        contacts, consent = self.forms[Contacts], self.forms[ConsentQuestion]
        assert isinstance(contacts, Contacts)
        assert isinstance(consent, ConsentQuestion)
        return told_about(
            about(self.answers),
            language=contacts.cleaned_data["language"],
            addresses=contacts.addresses(),
            consents=consent.purposes(),
            code_word=self.forms[CodeWord].cleaned_data["code_word"],
            source=Report.Source.STAFF if entered_by else Report.Source.WEB,
            source_reference=source_reference,
            entered_by=entered_by,
            told_how=self.answers.get(TOLD_HOW, "") if entered_by else "",
        )


def about(answers: Mapping[str, str]) -> dict[str, str]:
    """What belongs to the person and to the relative: no address, no code word, nothing that was not asked."""
    asked = [question for question in questions.ABOUT if question.applies(answers)]
    names = [name for question in asked for name in question.typed(answers)]
    return {name: answers[name] for name in names if answers.get(name)}


def told_about(answers: Mapping[str, str], *, language: str, **more: object) -> Told:
    """These answers about the person as intake takes them."""
    return Told(
        person=person_of(answers),
        relation=answers.get("relation", ""),
        reporter_name=answers.get("reporter_name", ""),
        circumstances=answers.get("circumstances", ""),
        language=language,
        answers=answers,
        **more,  # type: ignore[arg-type]  # the rest of Told, by name
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _full(name: Name) -> str:
    return " ".join((name.surname, name.given, name.patronymic))


def change_url(slug: str) -> str:
    """Where one answer is mended, on the way back to all of them."""
    return f"{reverse('portal:question', args=[slug])}?change=1"
