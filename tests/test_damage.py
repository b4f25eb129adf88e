"""One sealed value is damaged, by one bit: nobody else waits for it, somebody is told of it, and nobody hears twice."""

import datetime as dt
import uuid
from typing import Any

import pgtrigger
import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from familylink.damage import KeyIsAway
from familylink.portal.standing import Stage, standing_of
from familylink.reports import contact_codes, due, endings, intake, tasks
from familylink.reports.models import Contact, Ending, Flag, FlagKind, MissingPerson, Picture, Report
from familylink.reports.references import news_reference
from matching import lists_intake
from matching import tasks as tasks_of_matching
from matching.models import Aside, ChecksTold, ListEntry, Match, MatchRun, MatchState, RefusedRow, SourceList
from matching.news import after_wave, family_view
from matching.progress import progress_of
from notifications import delivery, outbox, recipients, recovery, retention
from notifications.models import FollowUp, Notification, SunkMessage
from notifications.transports import memory
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_match,
    a_member_of_staff,
    a_person,
    a_received_list,
    a_report,
    commit,
    match_all,
)
from tests.matching.conftest import sending
from tests.matching.deciding import confirmed
from tests.matching.pages import page
from tests.matching.test_photos import a_portrait, drawn

__all__ = ["sending"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sending")]
PHONE, OTHER_PHONE, MAILBOX = "+380990000001", "+380990000002", "nina@example.org"
OTHER_SON = {"surname": "Тихогрім", "given": "Назар", "patronymic": "Ілліч", "birth": "1990-01-02"}
ERASED, WITHDRAWN = Ending.ERASED, Ending.WITHDRAWN


@pytest.fixture(autouse=True)
def at_any_hour(settings: Any) -> None:
    settings.QUIET_HOURS = ()


def damage(row: models.Model, name: str) -> None:
    """Flip the last bit of what is stored."""
    column, table = connection.ops.quote_name(row._meta.get_field(name).column), row._meta.db_table
    last = f"octet_length({column}) - 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = set_byte({column}, {last}, get_byte({column}, {last}) # 1) WHERE id = %s",
            [row.pk],
        )


def take_its_key_away(row: models.Model, name: str) -> None:
    """As if it had been sealed under a key "k9"."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {name} = '\\x01026b39'::bytea || substring({name} FROM 5) WHERE id = %s",
            [row.pk],
        )


def two_families(**facts: str) -> tuple[Report, Report]:
    return a_report(**facts), a_report(phone=OTHER_PHONE, **OTHER_SON)


def contact_of(report: Report, **which: str) -> Contact:
    return report.contacts.get(**which)


def reached() -> list[str]:
    recovery.sweep()
    return sorted(sent.to for sent in memory.sent)


def is_said_of(row: models.Model, name: str, caplog: pytest.LogCaptureFixture) -> bool:
    return f"{row._meta.label_lower}.{name} of {row.pk}" in caplog.text


# ---------------------------------------------------------------------------------------- rows typed by hand

NO_DATE, NEIGHBOUR = "Вересняк Александр Николаевич;45.13.1987", "Кропива Тарас Опанасович;01.02.1990"
WRONG, RIGHT = (
    ["Вересняк Алексей Николаевич", "12.03.1987"],
    ["Вересняк Александр Николаевич", "12.03.1987"],
)


@pytest.fixture
def importer(client: Client) -> Client:
    client.force_login(a_member_of_staff("importers"))
    client.cookies["django_language"] = "en"
    return client


def test_a_list_with_a_damaged_typed_row_is_not_committed_until_that_is_typed_anew(importer: Client) -> None:
    source_list = a_received_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, WRONG, by=None)
    damage(RefusedRow.objects.get(), "correction")
    refused = RefusedRow.objects.get()
    where = reverse("admin:matching_sourcelist_change", args=[source_list.pk])
    answer = importer.post(where, {"do": "commit"}, follow=True).content.decode()
    assert "is damaged and cannot be read any more" in answer
    assert in_place_of(refused) in answer, "so it is known which"
    assert not ListEntry.objects.exists()
    lists_intake.correct_row(refused.pk, RIGHT, by=None, typed_at=refused.corrected_at)
    importer.post(where, {"do": "commit"})
    assert RIGHT[0] in [entry.name_text for entry in ListEntry.objects.all()]


def test_a_list_with_a_damaged_typed_row_can_be_read_anew_and_the_row_waits_again() -> None:
    source_list = a_received_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, WRONG, by=None)
    damage(RefusedRow.objects.get(), "correction")
    lists_intake.read_anew(source_list.pk, by=None)
    assert source_list.refused_rows.waiting().get().row == 2


@pytest.mark.parametrize("name", ["admin:matching_sourcelist_change", "admin:matching_sourcelist_refused"])
def test_a_refused_row_that_is_damaged_is_said_to_be(importer: Client, name: str) -> None:
    source_list = a_received_list(NO_DATE, NEIGHBOUR)
    damage(RefusedRow.objects.get(), "problem")
    answer = importer.get(reverse(name, args=[source_list.pk]))
    assert in_place_of(RefusedRow.objects.get()) in answer.content.decode()


@pytest.mark.parametrize("name", ["raw", "preview", "problem"])
def test_a_pair_is_decided_although_what_stands_around_the_man_is_damaged(client: Client, name: str) -> None:
    match = a_match("Не доїхали до кордону;", "Вересняк Александр Николаевич;12.03.1987")
    entry = match.entry
    damage({"raw": entry, "preview": entry.source_list, "problem": RefusedRow.objects.get()}[name], name)
    client.force_login(a_member_of_staff("reviewers"))
    client.cookies["django_language"] = "en"
    answer = client.get(page("matching_match_change", match.pk))
    assert answer.context["may_decide"]
    assert ("cannot be opened" in str(answer.context["raw_row"])) == (name == "raw")
    assert (answer.context["line_above"] is None) == (name == "problem")


def test_a_refused_row_that_is_damaged_is_typed_from_the_paper(importer: Client) -> None:
    source_list = a_received_list(NO_DATE, NEIGHBOUR)
    damage(RefusedRow.objects.get(), "problem")
    refused = RefusedRow.objects.get()
    where = reverse("admin:matching_sourcelist_row", args=[source_list.pk, refused.pk])
    assert in_place_of(refused) in importer.get(where).content.decode()
    importer.post(where, {"cell-0": RIGHT[0], "cell-1": RIGHT[1]})
    assert not RefusedRow.objects.waiting().exists()


def test_of_whom_the_list_says_that_he_was_not_released_one_asks_although_its_words_are_damaged(
    importer: Client,
) -> None:
    source_list = a_received_list(NEIGHBOUR, "Загиблі:", SON_ON_LIST)
    damage(RefusedRow.objects.get(), "problem")
    refused = RefusedRow.objects.get()
    where = reverse("admin:matching_sourcelist_row", args=[source_list.pk, refused.pk])
    told = {"cell-0": RIGHT[0], "cell-1": RIGHT[1]}
    importer.post(where, told)
    assert RefusedRow.objects.waiting().exists()
    importer.post(where, {**told, "is_released": "1"})
    assert not RefusedRow.objects.waiting().exists()


@pytest.mark.parametrize("is_typed_anew", [True, False])
def test_who_was_typed_for_a_version_before_is_taken_back_although_what_was_typed_is_damaged(
    is_typed_anew: bool,
) -> None:
    a_report(given="Олексій")
    run = a_committed_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, WRONG, by=None)
    match_all()
    match = confirmed(Match.objects.get())
    again = a_received_list(NO_DATE, NEIGHBOUR, "Вересняк Степан Миколайович;05.06.1991", replaces=run)
    commit(again)
    damage(again.refused_rows.get(), "correction")
    carried = again.refused_rows.get()
    if is_typed_anew:
        lists_intake.correct_row(carried.pk, RIGHT, by=None, typed_at=carried.corrected_at)
    else:
        lists_intake.set_row_aside(carried.pk, Aside.NO_PERSON, by=None, typed_at=carried.corrected_at)
    match.refresh_from_db()
    assert match.state == MatchState.RETRACTED
    assert WRONG[0] not in [entry.name_text for entry in ListEntry.objects.live()]


# ------------------------------------------------------------------------------------- what time alone brings


def test_a_family_whose_address_is_damaged_keeps_no_other_from_hearing_that_it_was_checked(caplog) -> None:
    for report in (families := two_families()):
        contact = contact_of(report)
        recipients.want_checks(channel=contact.channel, to=contact.address, wanted=True)
    damage(contact_of(families[0]), "address")
    a_committed_list("Далекий Чоловік Інший;01.01.1950")
    match_all()
    after_wave.tell_checked()
    assert reached() == [OTHER_PHONE]
    assert is_said_of(contact_of(families[0]), "address", caplog)
    after_wave.tell_checked()
    assert reached() == [OTHER_PHONE]


def test_a_damaged_code_word_keeps_no_other_family_from_being_told_and_asked(caplog) -> None:
    for report in (families := two_families()):
        contact = contact_of(report)
        recipients.want_checks(channel=contact.channel, to=contact.address, wanted=True)
    damage(families[0], "code_word")
    a_committed_list("Далекий Чоловік Інший;01.01.1950")
    match_all()
    after_wave.tell_checked()
    Report.objects.update(searching_at=F("searching_at") - dt.timedelta(days=500))
    tasks.sweep()
    assert set(Notification.objects.values_list("message", flat=True)) == {"checked", "still_searching"}
    assert set(reached()) == {OTHER_PHONE}, "nothing leaves by which they could not know us"
    assert is_said_of(families[0], "code_word", caplog)


def test_a_damaged_address_keeps_no_other_family_from_being_asked_whether_it_searches(caplog) -> None:
    families = two_families(email=MAILBOX)
    Report.objects.update(searching_at=F("searching_at") - dt.timedelta(days=500))
    damage(contact_of(families[0], channel="sms"), "address")
    tasks.sweep()
    assert reached() == [OTHER_PHONE, MAILBOX]
    assert is_said_of(contact_of(families[0], channel="sms"), "address", caplog)


def test_a_damaged_address_keeps_no_other_from_being_proven_again() -> None:
    families = two_families()
    Contact.objects.update(confirmed_at=timezone.now() - dt.timedelta(days=80))
    damage(contact_of(families[0]), "address")
    due.ask_for_new_proofs()
    due.ask_for_new_proofs()
    assert reached() == [OTHER_PHONE]


@pytest.mark.parametrize("ending", [WITHDRAWN, ERASED])
@pytest.mark.parametrize("name", ["address", "code_word", "source_reference"])
def test_a_report_with_damage_ends_as_its_family_asked_and_holds_up_no_other(
    ending: Ending, name: str
) -> None:
    families = two_families(email=MAILBOX)
    for report in families:
        report.source_reference = str(uuid.uuid4())  # of the draft that it was
        report.save(update_fields=["source_reference"])
        endings.ask(report, ending)
    damage(contact_of(families[0], channel="sms") if name == "address" else families[0], name)
    Report.objects.update(ends_at=timezone.now())
    tasks.sweep()
    assert Report.objects.filter(withdrawn_at=None).count() == 0
    assert Report.objects.filter(ending=ending).count() == 2
    assert Contact.objects.count() == (0 if ending == ERASED else 3)
    assert reached() == [*([] if name == "address" else [PHONE]), OTHER_PHONE, MAILBOX]


def test_a_damaged_photo_keeps_no_other_waiting_and_is_said(caplog) -> None:
    photos = [
        Picture.objects.create(kind="photo", content=drawn(a_portrait(1)), report=report)
        for report in two_families()
    ]
    Picture.objects.update(marks=None)
    damage(photos[0], "content")
    while due.mark_next_photos():
        pass
    assert [len(Picture.objects.get(pk=photo.pk).marks) for photo in photos] == [0, 4]
    assert is_said_of(photos[0], "content", caplog)


def test_a_photo_whose_key_is_away_is_compared_once_the_key_is_there() -> None:
    photo = Picture.objects.create(kind="photo", content=drawn(a_portrait(1)), report=a_report())
    Picture.objects.update(marks=None)
    take_its_key_away(photo, "content")
    with pytest.raises(KeyIsAway):
        due.mark_next_photos()
    assert Picture.objects.unmarked().exists()


def test_a_family_signs_in_with_its_other_address() -> None:
    report = a_report(email=MAILBOX)
    damage(contact_of(report, channel="sms"), "address")
    contact_codes.send_sign_in_code(report)
    assert reached() == [MAILBOX]


def test_a_key_that_is_away_stops_the_sweeps_aloud_and_nothing_passes_for_done() -> None:
    report = a_report()
    endings.ask(report, WITHDRAWN)
    Report.objects.update(ends_at=timezone.now())
    take_its_key_away(contact_of(report), "address")
    with pytest.raises(KeyIsAway):
        tasks.sweep()
    report.refresh_from_db()
    assert report.withdrawn_at is None


# --------------------------------------------------------------------------------------- news of a confirmed pair


@pytest.mark.parametrize("when", ["before the verdicts", "before it leaves"])
def test_news_goes_once_to_the_address_that_opens(when: str) -> None:
    match = a_match(report=a_report(email=MAILBOX))
    telephone = Contact.objects.get(channel="sms")
    if when == "before the verdicts":
        damage(telephone, "address")
    confirmed(match)
    if when == "before it leaves":
        damage(telephone, "address")
    assert reached() == [MAILBOX]
    assert FollowUp.objects.awaiting_a_call().exists() or outbox.awaiting_a_person()
    assert reached() == [MAILBOX]


@pytest.mark.parametrize("name", ["address", "code_word"])
def test_a_family_that_can_only_be_reached_by_what_is_damaged_is_called(name: str, client: Client) -> None:
    match = a_match()
    report = Report.objects.get()
    damage(contact_of(report) if name == "address" else report, name)
    client.force_login(a_member_of_staff("reviewers"))
    client.cookies["django_language"] = "en"
    page = client.get(reverse("admin:matching_match_change", args=[match.pk]))
    assert "a person must call" in page.content.decode()
    confirmed(match)
    assert reached() == []
    [call] = FollowUp.objects.awaiting_a_call()
    assert (call.reference, call.call_reason) == (news_reference(report), FollowUp.Why.NO_ADDRESS)


def test_a_new_version_of_a_list_comes_in_although_a_row_that_it_leaves_out_is_damaged() -> None:
    first = a_committed_list(SON_ON_LIST, "Тихогрім Назар Ілліч;02.01.1990")
    damaged = first.source_list.entries.get(row=3)
    damage(damaged, "profile")
    second = a_committed_list(SON_ON_LIST, "Тихогрім Назар Ілліч;03.01.1990", replaces=first)
    damaged.refresh_from_db(fields=["removed_at"])
    assert damaged.removed_at
    assert second.source_list.entries.count() == 1


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["birth_date"], "Тихогрім Назар Ілліч, birth date: {damage}"),
        (["name_text"], "02.01.1990, name: {damage}"),
        (["name_text", "birth_date"], "name, birth date: {damage}"),
    ],
)
def test_what_of_a_row_is_damaged_is_said_once_on_the_page_of_its_list(client, names, shown) -> None:
    client.force_login(a_member_of_staff("importers"))
    client.cookies["django_language"] = "en"
    first = a_committed_list(SON_ON_LIST, "Тихогрім Назар Ілліч;02.01.1990")
    row = first.source_list.entries.get(row=3)
    second = a_received_list(SON_ON_LIST, replaces=first)
    for name in names:
        damage(row, name)
    page = page_of(client, "matching_sourcelist_change", second.pk)
    assert shown.format(damage=in_place_of(row)) in page
    assert page.count(in_place_of(row)) == 1


# ---------------------------------------------------------------- a list entry, damaged after its list was matched


@pytest.fixture
def unreadable() -> ListEntry:
    """A man on a list that was compared with a family's report, and of whom nothing can be read since."""
    a_report(phone=OTHER_PHONE, **OTHER_SON)
    run = a_committed_list(SON_ON_LIST, "Далекий Чоловік Інший;01.01.1950")
    match_all()
    entry: ListEntry = run.source_list.entries.get(row=2)
    turn_unreadable(entry)
    return entry


def turn_unreadable(entry: ListEntry) -> None:
    """Once more: it can be read again."""
    damage(entry, "profile")
    damage(entry, "name_text")


def is_checked(report: Report) -> bool:
    return bool(family_view.checked_waves(MissingPerson.objects.get(pk=report.missing_person_id)))


def earlier() -> Report:
    """Whose report was compared before the damage."""
    return Report.objects.earliest("filed_at")


def test_who_may_be_a_man_that_cannot_be_read_is_not_said_to_be_checked_and_the_desk_is_shown_the_row(
    unreadable: ListEntry, desk: Client
) -> None:
    later = a_report()
    match_all()
    assert not is_checked(later)
    assert is_checked(earlier())
    page = page_of(desk, "matching_sourcelist_change", unreadable.source_list_id)
    assert in_place_of(unreadable) in page.split("Could not be compared", 1)[1]
    desk.force_login(a_member_of_staff("importers"))
    assert "a part of the matching needs a technician" in page_of(desk, "index")


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_the_page_of_its_list_says_that_all_was_matched_and_one_row_by_itself_waits(
    unreadable: ListEntry, desk: Client, language: str
) -> None:
    whole = MatchRun.objects.get()
    a_report()
    match_all()
    [apart] = MatchRun.objects.unfinished()
    desk.cookies["django_language"] = language
    page = page_of(desk, "matching_sourcelist_change", unreadable.source_list_id)
    of_list, of_row = (
        page.split(f'id="progress-{run.pk}"', 1)[1].split("</section>")[0] for run in (whole, apart)
    )
    of_all = {"en": "2 of 2 entries", "uk": "записів: 2 з 2", "ru": "записей: 2 из 2"}
    of_one = {"en": "Single rows, No. 2", "uk": "Окремі рядки, № 2", "ru": "Отдельные строки, № 2"}
    assert of_all[language] in of_list
    assert of_one[language] in of_row
    assert of_one[language] not in of_list
    desk.force_login(a_member_of_staff("importers"))
    assert of_one[language] in page_of(desk, "index")
    wave = page_of(desk, "matching_wave_change", unreadable.source_list.wave_id)
    assert {"en": "single rows", "uk": "окремих рядків", "ru": "отдельных строк"}[language] in wave
    assert progress_of(unreadable.source_list).is_finished


def test_it_is_set_apart_once_however_many_may_be_he(unreadable: ListEntry) -> None:
    for phone in (PHONE, "+380990000003"):
        a_report(phone=phone)
        match_all()
    tasks_of_matching.try_again()
    [run] = MatchRun.objects.unfinished()
    assert (run.entry_count, list(run.stuck_entries())) == (1, [unreadable])


def test_once_it_can_be_read_again_he_is_found_and_the_family_is_said_to_be_checked(
    unreadable: ListEntry,
) -> None:
    later = a_report()
    match_all()
    assert not Match.objects.exists()
    turn_unreadable(unreadable)
    tasks_of_matching.try_again()
    assert Match.objects.get().missing_person_id == later.missing_person_id
    assert is_checked(later)


def test_a_row_that_a_new_version_still_has_is_waited_for(unreadable: ListEntry) -> None:
    turn_unreadable(unreadable)
    a_committed_list(SON_ON_LIST, "Далекий Чоловік Інший;02.01.1950", replaces=MatchRun.objects.get())
    match_all()
    turn_unreadable(unreadable)
    later = a_report()
    match_all()
    assert is_checked(earlier())
    assert not is_checked(later)
    after_wave.tell_checked()
    assert not ChecksTold.objects.exists()
    turn_unreadable(unreadable)
    tasks_of_matching.try_again()
    assert is_checked(later)
    after_wave.tell_checked()
    assert ChecksTold.objects.exists()


@pytest.mark.parametrize(("days", "told"), [(4, [PHONE, OTHER_PHONE]), (6, [])])
def test_of_a_list_that_was_matched_long_ago_nobody_hears_late_because_a_row_can_be_read_again(
    unreadable: ListEntry, days: int, told: list[str]
) -> None:
    later = a_report()
    for contact in Contact.objects.all():
        recipients.want_checks(channel=contact.channel, to=contact.address, wanted=True)
    MatchRun.objects.update(finished_at=timezone.now() - dt.timedelta(days=days))
    match_all()
    after_wave.tell_checked()
    assert reached() == []
    turn_unreadable(unreadable)
    tasks_of_matching.try_again()
    Match.objects.update(band="possible")
    after_wave.tell_checked()
    assert reached() == told
    assert is_checked(later), "their page says so, whenever they look"


def test_a_list_that_is_withdrawn_waits_for_no_row(unreadable: ListEntry) -> None:
    a_report()
    match_all()
    lists_intake.withdraw_list(unreadable.source_list_id, by=None)
    tasks_of_matching.try_again()
    assert not MatchRun.objects.unfinished().exists()


def test_a_row_that_is_taken_back_is_waited_for_no_longer(unreadable: ListEntry) -> None:
    later, run = a_report(), MatchRun.objects.get()
    match_all()
    a_committed_list("Далекий Чоловік Інший;01.01.1950", replaces=run)
    match_all()
    tasks_of_matching.try_again()
    assert not MatchRun.objects.unfinished().exists()
    assert is_checked(later)


def test_a_message_that_waits_tells_only_those_who_were_compared_with_every_row_that_they_were_checked(
    unreadable: ListEntry,
) -> None:
    later = a_report()
    for report in (earlier(), later):
        contact = contact_of(report)
        recipients.want_checks(channel=contact.channel, to=contact.address, wanted=True)
    after_wave.tell_checked()
    match_all()
    assert reached() == [OTHER_PHONE]
    lists_intake.withdraw_list(unreadable.source_list_id, by=None)
    tasks_of_matching.try_again()
    Notification.objects.update(due_at=timezone.now())
    after_wave.tell_checked()
    assert reached() == [PHONE, OTHER_PHONE], "and nobody twice"


def test_a_report_that_was_proposed_for_him_is_still_compared_with_all_others(unreadable: ListEntry) -> None:
    turn_unreadable(unreadable)
    report = a_report()
    match_all()
    turn_unreadable(unreadable)
    a_committed_list("Вересняк Олександр Миколайович;12.03.1987")
    match_all()
    intake.change_person(report.missing_person_id, report.missing_person.as_person())
    match_all()
    assert not MissingPerson.objects.stuck().exists()
    assert Match.objects.filter(missing_person=report.missing_person).count() == 2
    assert MatchRun.objects.unfinished().get().stuck_entries().get() == unreadable
    assert not is_checked_against(report, unreadable.source_list_id)


def is_checked_against(report: Report, source_list_id: uuid.UUID) -> bool:
    person = MissingPerson.objects.get(pk=report.missing_person_id)
    wave = SourceList.objects.get(pk=source_list_id).wave
    return wave in [checked.wave for checked in family_view.checked_waves(person)]


def test_a_row_that_cannot_be_filed_under_new_rules_is_set_apart(unreadable: ListEntry) -> None:
    ListEntry.objects.filter(pk=unreadable.pk).update(profile_version="of earlier rules")
    tasks_of_matching.match_waiting()
    assert MatchRun.objects.unfinished().get().stuck_entries().get() == unreadable


# ------------------------------------------------------------------------------------------------------- messages


def owe(to: str = PHONE, reference: str = "match-17-report-4") -> Notification:
    words = {"reference": "FL-34AC-7DEF", "code_word": "калина 47"}
    return outbox.post(
        reference=reference, channel="sms", to=to, message="report_received", language="uk", context=words
    )


@pytest.mark.parametrize("name", ["to", "body"])
def test_a_damaged_message_waits_for_a_person_and_the_others_leave(name: str) -> None:
    damaged = owe()
    owe(OTHER_PHONE, "match-18-report-5")
    damage(damaged, name)
    for _ in range(delivery.MAX_DAMAGED):
        assert reached() == [OTHER_PHONE]
        Notification.objects.filter(pk=damaged.pk).update(due_at=timezone.now() - dt.timedelta(hours=2))
    assert Notification.objects.without_text().get(pk=damaged.pk).state == "review"
    assert outbox.awaiting_a_person() == 1


@pytest.mark.parametrize("name", ["to", "body"])
def test_a_damaged_message_in_doubt_is_not_sent_again_and_waits_for_a_person(name: str) -> None:
    [claim] = (owed := owe()) and delivery.claim()
    delivery.open_attempts([claim])
    damage(owed, name)
    long_ago = timezone.now() - dt.timedelta(hours=3)
    Notification.objects.filter(pk=owed.pk).update(lease_until=long_ago)
    owed.attempts.update(started_at=long_ago)
    recovery.sweep()
    Notification.objects.filter(pk=owed.pk).update(due_at=long_ago)
    assert reached() == []
    standing = Notification.objects.without_text().get(pk=owed.pk)
    assert (standing.state, standing.state_reason) == ("review", "may_have_been_sent")


def test_damaged_messages_are_deleted_when_their_time_is_over() -> None:
    damaged, _ = owe(), owe(OTHER_PHONE, "match-18-report-5")
    reached()
    for name in ("to", "body"):
        damage(damaged, name)
    Notification.objects.update(settled_at=timezone.now() - dt.timedelta(days=999))
    assert retention.purge_next() == 2


# ------------------------------------------------------------------------------------------------- pages of the desk


def page_of(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(a_member_of_staff("reviewers", "leads"))
    client.cookies["django_language"] = "en"
    return client


def in_place_of(row: models.Model) -> str:
    return f"cannot be opened: it is damaged ({row.pk})"


@pytest.mark.parametrize("name", ["name_text", "birth_date", "raw", "profile"])
def test_the_desk_shows_all_pairs_and_says_what_of_one_is_damaged(desk: Client, name: str) -> None:
    two_families()
    a_committed_list(SON_ON_LIST, "Тихогрім Назар Ілліч;02.01.1990")
    match_all()
    damaged, whole = Match.objects.order_by("pk")
    shown = whole.entry.name_text
    damage(damaged.entry, name)
    queue = page_of(desk, "matching_match_changelist")
    assert shown in queue
    assert (in_place_of(damaged.entry) in queue) == (name == "name_text")
    assert shown in page_of(desk, "matching_match_change", whole.pk)
    assert (in_place_of(damaged.entry) in page_of(desk, "matching_match_change", damaged.pk)) == (
        name != "profile"
    )


UNREADABLE = "the birth date cannot be read"


@pytest.mark.parametrize("side", ["person", "entry"])
def test_where_a_birth_date_is_damaged_a_person_tells_the_family_and_reads_why(
    desk: Client, side: str
) -> None:
    match = a_match()
    damage(match.entry if side == "entry" else match.missing_person, "birth_date")
    assert UNREADABLE in page_of(desk, "matching_match_change", match.pk)
    confirmed(Match.objects.get())
    assert UNREADABLE in page_of(desk, "matching_match_change", match.pk)
    assert page_of(desk, "index")
    assert reached() == []
    owed = FollowUp.objects.awaiting_a_call().get()
    assert owed.call_reason == FollowUp.Why.NO_BIRTH_DATE
    assert UNREADABLE in page_of(desk, "notifications_followup_change", owed.pk)


@pytest.mark.parametrize("name", ["surname", "given_name"])
def test_pairs_to_turn_down_together_are_shown_beside_a_damaged_name(desk: Client, name: str) -> None:
    match = a_match()
    Match.objects.update(band="possible")
    spelling = match.missing_person.names.get()
    damage(spelling, name)
    assert in_place_of(spelling) in page_of(desk, "matching_match_together")
    damage(match.missing_person, "birth_date")
    assert in_place_of(match.missing_person) in page_of(desk, "matching_match_together")


def test_reports_messages_and_calls_are_listed_beside_damage(desk: Client) -> None:
    match = a_match()
    contact = Contact.objects.get()
    damage(contact, "address")
    confirmed(match)
    report = Report.objects.get()
    damage(report, "code_word")
    damage(owed := owe(), "to")
    for name in ("reports_report", "notifications_notification", "notifications_followup"):
        page_of(desk, f"{name}_changelist")
    assert in_place_of(report) in page_of(desk, "reports_report_change", report.pk)
    damage(report, "answers")
    assert page_of(desk, "reports_report_change", report.pk).count(in_place_of(report)) == 2
    assert in_place_of(owed) in page_of(desk, "notifications_notification_change", owed.pk)
    flag = Flag.objects.create(
        missing_person=match.missing_person,
        kind=FlagKind.VULNERABLE,
        note="серце",
        raised_by=a_member_of_staff(),
    )
    with pgtrigger.ignore("reports.Flag:flags_only_added"):  # a disk asks no trigger
        damage(flag, "note")
    call = FollowUp.objects.get()
    assert in_place_of(contact) in (page := page_of(desk, "notifications_followup_change", call.pk))
    assert in_place_of(flag) in page
    spoke = {"action": "record_reached", "_selected_action": [str(call.pk)]}
    assert desk.post(reverse("admin:notifications_followup_changelist"), spoke).status_code == 302


def test_a_pair_whose_evidence_is_damaged_is_a_doubt_and_closes_no_page_to_anybody(desk: Client) -> None:
    match = confirmed(a_match())
    with pgtrigger.ignore("matching.Match:decided_stays"):
        damage(match, "evidence")
    intake.change_person(match.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987"))
    assert standing_of(Report.objects.get()).stage == Stage.SEARCHING
    call = FollowUp.objects.get()
    assert "speaks less for this pair" in page_of(desk, "notifications_followup_change", call.pk)
    assert page_of(desk, "notifications_followup_changelist")
    assert reached() == []


def test_the_phones_of_the_demo_are_listed_beside_damage(desk: Client) -> None:
    sunk = SunkMessage.objects.create(channel="sms", to=PHONE, body="новина", attempt_reference=uuid.uuid4())
    damage(sunk, "body")
    assert in_place_of(sunk) in page_of(desk, "notifications_sunkmessage_changelist")


def damage_facts_of(person: MissingPerson, *names: str) -> None:
    for name in names:
        damage(person.names.get() if name == "surname" else person, name)


def saved_as_it_stands(client: Client, person: MissingPerson, **typed: str) -> None:
    """What a member of staff sees of this person is sent back as it is, but for what they type."""
    address = reverse("admin:reports_missingperson_change", args=[person.pk])
    context = client.get(address).context
    names = context["inline_admin_formsets"][0].formset
    forms = [context["adminform"].form, names.management_form, *names.forms]
    shown = {field.html_name: field.value() for form in forms for field in form}
    sent = {name: "" if value is None else value for name, value in (shown | typed).items()}
    assert client.post(address, sent).status_code == 302


@pytest.mark.parametrize("names", [["place"], ["birth_date", "surname"]])
def test_a_person_of_whom_something_is_damaged_stands_on_the_desk_as_compared_and_is_whole_once_saved(
    client: Client, names: list[str]
) -> None:
    person = a_report(place="Тихий Яр").missing_person
    match_all()
    facts = person.as_person()
    damage_facts_of(person, *names)
    client.force_login(a_member_of_staff("intake"))
    client.cookies["django_language"] = "en"
    page = page_of(client, "reports_missingperson_change", person.pk)
    assert "is damaged" in page
    assert all(told in page for told in ("Вересняк", "12.03.1987", "Тихий Яр", "nothing is missing"))
    saved_as_it_stands(client, person)
    whole = MissingPerson.objects.awaiting_matching().get()
    assert whole.as_person() == facts
    assert "is damaged" not in page_of(client, "reports_missingperson_change", person.pk)
    assert LogEntry.objects.get().object_id == str(person.pk)


def test_of_what_is_lost_the_desk_asks_anew_and_the_words_in_its_place_never_become_a_fact(
    client: Client,
) -> None:
    report = a_report(place="Тихий Яр")
    person, facts = report.missing_person, report.missing_person.as_person()
    damage_facts_of(person, "profile", "birth_date", "surname")
    a_committed_list()
    match_all()
    assert MissingPerson.objects.stuck().exists()
    client.force_login(a_member_of_staff("intake"))
    client.cookies["django_language"] = "en"
    page = page_of(client, "reports_missingperson_change", person.pk)
    assert "stands empty below: birth date, name." in page
    assert "Тихий Яр" in page
    assert page.count("cannot be opened: it is damaged") == page.count(in_place_of(person))
    saved_as_it_stands(client, person, **{"birth_date": "12.03.1987", "names-0-surname": "Вересняк"})
    match_all()
    assert MissingPerson.objects.get().as_person() == facts
    assert Match.objects.get().missing_person_id == person.pk


def test_whoever_only_reads_sees_what_of_a_person_is_lost(desk: Client) -> None:
    person = a_report().missing_person
    damage_facts_of(person, "profile", "birth_date")
    page = page_of(desk, "reports_missingperson_change", person.pk)
    assert "stands empty below: birth date." in page
    assert "Those who enter reports can put it right" in page


def test_a_key_that_is_away_closes_the_list(desk: Client) -> None:
    match = a_match()
    take_its_key_away(match.entry, "name_text")
    with pytest.raises(KeyIsAway):
        desk.get(reverse("admin:matching_match_changelist"))


def test_a_row_whose_typed_words_are_damaged_is_typed_anew_and_what_stood_of_it_goes(client) -> None:
    source_list = a_committed_list("Вересняк Олександр;45.13.1987", SON_ON_LIST).source_list
    typed = ["Вересняк Алексей", "12.03.1987"]
    lists_intake.correct_row(RefusedRow.objects.get().pk, typed, by=None)
    refused = RefusedRow.objects.get()
    damage(refused, "correction")
    client.force_login(a_member_of_staff("importers"))
    row = reverse("admin:matching_sourcelist_row", args=[source_list.pk, refused.pk])
    assert client.get(reverse("admin:matching_sourcelist_change", args=[source_list.pk])).status_code == 200
    assert client.get(row).status_code == 200
    anew = {
        "cell-0": "Вересняк Олександр",
        "cell-1": "12.03.1987",
        "typed_at": refused.corrected_at.isoformat(),
    }
    assert client.post(row, anew).status_code == 302
    standing = ListEntry.objects.filter(row=2, removed_at=None)
    assert [entry.name_text for entry in standing] == ["Вересняк Олександр"]


def test_what_is_lost_of_a_person_is_marked_and_left_empty_only_by_whoever_has_asked(client: Client) -> None:
    person = a_report(place="Тихий Яр").missing_person
    damage_facts_of(person, "profile", "birth_date")
    client.force_login(a_member_of_staff("intake"))
    client.cookies["django_language"] = "en"
    page = page_of(client, "reports_missingperson_change", person.pk)
    assert page.count("Damaged: ask the family.") == 1
    names = person.names.get()
    sent = {
        "birth_date": "",
        "sex": "",
        "place": "Тихий Яр",
        "unit": "",
        "rank": "",
        "names-TOTAL_FORMS": 1,
        "names-INITIAL_FORMS": 1,
        "names-0-id": str(names.pk),
        "names-0-kind": "main",
        "names-0-surname": "Вересняк",
        "names-0-given_name": "Олександр",
    }
    address = reverse("admin:reports_missingperson_change", args=[person.pk])
    refused = client.post(address, sent)
    assert "birth_date" in refused.context["adminform"].form.errors
    assert client.post(address, {**sent, "is_unknown": "on"}).status_code == 302
    assert MissingPerson.objects.get().birth_date == ""
