"""Invented families by the dozen, a list about them, and two reviewers who never tire."""

import itertools
import random

from matching import review
from matching.models import Match, MatchRun, Verdict
from tests.factories import a_committed_list, a_report, a_reviewer, match_all

STEMS = (
    "Вереснян",
    "Кропивян",
    "Ластівк",
    "Соняшк",
    "Криничк",
    "Журавк",
    "Калинк",
    "Смерек",
    "Полинк",
    "Ожинк",
)
MIDDLES = ("", "ан", "ор", "ив", "ут", "ел", "ом", "ар", "иш", "ун")
ENDINGS = ("енко", "івський", "ечук")
GIVEN = ("Олександр", "Микола", "Іван", "Петро", "Андрій", "Сергій", "Василь", "Богдан")
PATRONYMICS = ("Миколайович", "Іванович", "Петрович", "Андрійович", "Сергійович", "Васильович")


def men(count: int, seed: int) -> list[dict[str, str]]:
    """So many different men; up to 300 no two share a surname, beyond that some are namesakes."""
    surnames = ["".join(parts) for parts in itertools.product(STEMS, MIDDLES, ENDINGS)]
    draw = random.Random(seed)
    draw.shuffle(surnames)
    return [
        {
            "surname": surnames[number % len(surnames)],
            "given": draw.choice(GIVEN),
            "patronymic": draw.choice(PATRONYMICS),
            "birth": f"{draw.randint(1970, 2004)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        }
        for number in range(count)
    ]


def line(man: dict[str, str]) -> str:
    """How a list writes him."""
    year, month, day = man["birth"].split("-")
    return f"{man['surname']} {man['given']} {man['patronymic']};{day}.{month}.{year}"


def families(wanted: list[dict[str, str]], first: int = 0, *, with_email: bool = True) -> list[str]:
    """A report about each of these, with a phone and a mailbox of its own, numbered from `first`; the addresses."""
    addresses = []
    for number, man in enumerate(wanted, start=first):
        phone, email = f"+38099{number:07}", f"family{number}@example.org" if with_email else ""
        a_report(phone=phone, email=email, **man)
        addresses += [phone, email] if email else [phone]
    return addresses


def matched_families(count: int, first: int = 0, *, with_email: bool = True) -> list[str]:
    """Families whose sons are on a matched list, the pairs waiting for reviewers; the addresses."""
    sons = men(first + count, seed=5)[first:]
    addresses = families(sons, first, with_email=with_email)
    a_committed_list(*map(line, sons))
    match_all()
    return addresses


def approve_all() -> None:
    """Two people confirm the best pair of every entry."""
    for match in list(Match.objects.undecided().order_by("entry", "-points").distinct("entry")):
        approve(match)


def approve(match: Match) -> None:
    """Two people confirm this pair."""
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)


def pairs(run: MatchRun) -> dict[tuple[str, int], tuple[float, float, str, bytes]]:
    """All that a run found: man and position in the list -> points, probability, band, evidence."""
    found = Match.objects.filter(entry__source_list=run.source_list_id).select_related("entry")
    return {
        (str(match.missing_person_id), match.entry.position): (
            match.points,
            match.probability,
            match.band,
            bytes(match.evidence_index),
        )
        for match in found
    }
