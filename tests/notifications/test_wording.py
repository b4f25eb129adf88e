"""Words are looked through, approved by two, never changed, and retired at once; of a death there are none."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, ProgrammingError, transaction

from notifications import lint, messages, recovery, wording
from notifications.models import Template
from notifications.transports import memory

from .conftest import owe, reason, state

pytestmark = pytest.mark.django_db
NEW = "Звернення {{ reference }} у нас. Кодове слово: {{ code_word }}. Дякуємо."


def proposed(text: str = NEW, **changes) -> Template:
    wanted = {"message": "report_received", "language": "uk", "channel": "sms", "subject": "", "text": text}
    return wording.propose(**{**wanted, **changes}, by=a_person("olha"))


def a_person(name: str) -> User:
    return User.objects.get_or_create(username=name, is_staff=True)[0]


def approved(row: Template) -> Template:
    wording.approve(row.pk, by=a_person("lesia"))
    assert wording.approve(row.pk, by=a_person("taras"))
    return row


def problems(text: str, **changes) -> str:
    wanted = {"message": "report_received", "language": "uk", "channel": "sms", "subject": "", "text": text}
    return "; ".join(lint.problems(**{**wanted, **changes}))


def test_what_came_with_the_program_is_there_and_clean() -> None:
    rows = Template.objects.filter(is_shipped=True)
    assert rows.count() == len(messages.KINDS) * 3 * 2
    for row in rows:
        assert (row.pk, problems(row.text, **whose(row))) == (row.pk, "")


def whose(row: Template) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("message", "language", "channel", "subject")}


def test_installing_again_adds_nothing() -> None:
    before = Template.objects.count()
    wording.install_shipped()
    assert Template.objects.count() == before


def test_a_new_wording_is_sent_when_two_people_have_approved_it() -> None:
    row = proposed()
    assert not wording.approve(row.pk, by=a_person("lesia"))
    assert "у нас" not in owe().body
    wording.approve(row.pk, by=a_person("taras"))
    later = owe(reference="match-18")
    assert later.template_version == row.digest
    recovery.sweep()
    assert sorted("у нас" in sent.body for sent in memory.sent) == [False, True]


def test_one_person_approves_once() -> None:
    row = proposed()
    wording.approve(row.pk, by=a_person("lesia"))
    with pytest.raises(wording.AlreadyApproved):
        wording.approve(row.pk, by=a_person("lesia"))


def test_the_database_wants_two_different_people() -> None:
    row, lesia = proposed(), a_person("lesia")
    with pytest.raises(IntegrityError, match="two_people_approve"), transaction.atomic():
        Template.objects.filter(pk=row.pk).update(
            approved_at=row.written_at, first_approver=lesia, second_approver=lesia
        )


@pytest.mark.parametrize("changes", [{"text": "Інше"}, {"is_shipped": True}, {"digest": "x"}, {"version": 9}])
def test_the_database_changes_no_wording(changes) -> None:
    row = proposed()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Template.objects.filter(pk=row.pk).update(**changes)


def test_the_database_forgets_no_wording() -> None:
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        Template.objects.all().delete()


def test_a_message_keeps_the_version_that_it_was_made_from() -> None:
    owed = owe()
    approved(proposed())
    recovery.sweep()
    assert state(owed) == "accepted"
    assert "отримано" in memory.sent[0].body


def test_a_wording_retired_between_posting_and_sending_stays_here() -> None:
    row = approved(proposed())
    owed = owe()
    wording.retire(row.pk)
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("review", "wording_retired", [])
    assert "отримано" in owe(reference="match-18").body  # the one before is in force again


def test_without_any_wording_in_force_nothing_is_made_up() -> None:
    for pk in Template.objects.filter(message="report_received").values_list("pk", flat=True):
        wording.retire(pk)
    owed = owe()
    recovery.sweep()
    assert (owed.body, state(owed), reason(owed), memory.sent) == ("", "review", "cannot_be_written", [])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Звернення {{ reference }}.", "missing placeholders: code_word"),
        (NEW + " {{ name }}", "unknown placeholders: name"),
        (NEW + " {% if x %}", "cannot be read"),
        (NEW + "\u00a0 .", "invisible"),
        (NEW + " \u200b.", "invisible"),
        (NEW + " \u202etxet", "invisible"),
        (NEW + " https://x.example", "a link"),
        (NEW + " familylink.org", "a link"),
        (NEW + " пишіть на a@b.example", "a link"),
        (NEW + " {{ address }}", "an SMS has no link"),
        (NEW + " 0 800 123 456", "a number"),
        (NEW + " Вашого сина Олександра.", "looks like a name: Олександра"),
        (NEW + " Він загинув.", "a word of death"),
        (NEW + " Його звільнено.", "told only by a person"),
        (NEW + " Ще багато слів." * 6, "more than two SMS parts"),
    ],
)
def test_a_wording_with_what_may_not_stand_in_it_is_refused(text: str, what: str) -> None:
    assert what in problems(text)
    with pytest.raises(wording.Refused):
        proposed(text)


def test_an_e_mail_needs_a_subject_and_an_sms_has_none() -> None:
    assert "a subject" in problems(NEW, channel="email")
    assert "a subject" in problems(NEW, subject="FamilyLink")
    assert problems(NEW, channel="email", subject="{{ service }}") == ""


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("word", ["загинув", "помер", "died", "is dead", "погиб", "умер", "remains"])
def test_no_wording_of_a_death_exists_or_can_be_made(language: str, word: str) -> None:
    assert not [row for row in Template.objects.all() if word in f"{row.subject} {row.text}".casefold()]
    assert "death" in problems(f"{NEW} {word}", language=language)
    assert not {"death", "dead", "deceased", "condolence"} & {
        part for key in messages.KINDS for part in key.split("_")
    }
