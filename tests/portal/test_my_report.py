"""What a family does in their own report after signing in, and what nobody else can."""

import datetime as dt
import html
import json
import re
import threading
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from familylink.reports import due, endings, intake
from familylink.reports.models import Contact, Ending, MissingPerson, MissingPersonKey, Report
from familylink.reports.references import news_reference
from familylink.reports.refiling import refile_next_persons
from matching import lists_intake, review, waves
from matching.models import Correction, Heard, Match, MatchState
from notifications import follow_ups, outbox, recipients, recovery, releasing, replies, retention
from notifications.models import FollowUp, Notification, Reply
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_report, match_all
from tests.matching.deciding import has_left, rejected, retired
from tests.portal.conftest import age_codes, file_and_prove, last_code, text
from tests.portal.test_questions import give
from tests.portal.test_status import confirm
from tests.reports.photos import a_photo

pytestmark = pytest.mark.django_db
WORDS = {"code_word": "калина 47"}
MEMORY = "notifications.transports.memory.MemoryTransport"
SON_PUT_RIGHT = "Вересняк Александр Николаевич;13.03.1987"
OTHER_MAN = "Ковшар Леонтій Гнатович;03.08.1979"


def words_of(response):
    return html.unescape(text(response))


@pytest.fixture
def report(client):
    return file_and_prove(client)


def again(report):
    return Report.objects.get(pk=report.pk)


def post(client, path, **typed):
    return client.post(f"/uk/my-report/{path}/", typed, follow=True)


def ten_minutes_pass():
    Report.objects.exclude(ends_at=None).update(ends_at=F("ends_at") - dt.timedelta(minutes=10))
    endings.end_due()


# ------------------------------------------------------------------------------------------- what they told us


def test_a_corrected_answer_is_matched_anew_and_the_rest_stays(client, report):
    page = words_of(post(client, "answers/birth", birth_day="13", birth_month="3", birth_year="1987"))
    assert "13" in page
    person = MissingPerson.objects.get()
    assert (person.birth_date, person.revision) == ("1987-03-13", 2)
    assert person.as_person().names == report.missing_person.as_person().names
    assert again(report).answers["surname"] == "Вересняк"
    assert again(report).relation == "mother"


def test_two_answers_kept_at_once_are_both_kept(client, report, monkeypatch):
    """The second page had read what the first one changes before it was changed."""
    held = intake.held

    def after_the_other(report):
        monkeypatch.setattr(intake, "held", held)
        post(client, "answers/birth", birth_day="21", birth_month="3", birth_year="1987")
        return held(report)

    monkeypatch.setattr(intake, "held", after_the_other)
    post(client, "answers/service", unit="А1111", rank="солдат")
    assert (again(report).answers["birth_day"], again(report).answers["unit"]) == ("21", "А1111")
    assert again(report).missing_person.birth_date == "1987-03-21"


def test_an_address_told_while_the_report_is_erased_is_not_kept(client, report, monkeypatch):
    held = intake.held

    def after_the_end(report):
        endings.erase(again(report))
        return held(report)

    monkeypatch.setattr(intake, "held", after_the_end)
    post(client, "contacts", phone="067 111 22 33")
    assert not report.contacts.exists()


def test_a_mistake_changes_nothing_and_keeps_what_was_typed(client, report):
    page = words_of(post(client, "answers/birth", birth_day="40"))
    assert "<title>Помилка:" in page
    assert 'value="40"' in page
    assert MissingPerson.objects.get().revision == 1


def test_what_staff_corrected_is_not_undone_by_the_family(client, report):
    person = report.missing_person
    facts = person.as_person()
    intake.change_person(
        person.pk, type(facts)(facts.names, facts.birth, facts.sex, "Нове Місто", facts.unit)
    )
    post(client, "answers/service", unit="А9999", rank="сержант")
    now = MissingPerson.objects.get().as_person()
    assert (now.place, now.unit, now.rank) == ("Нове Місто", "А9999", "сержант")


def test_of_two_reports_about_one_person_each_shows_its_own_answers_and_adds_to_the_person(client, report):
    other = a_report(given="Сашко", place="Таємне Село")
    Report.objects.filter(pk=other.pk).update(missing_person=report.missing_person)
    page = words_of(client.get("/uk/my-report/status/")) + words_of(client.get("/uk/my-report/answers/"))
    assert "Сашко" not in page
    assert "Таємне Село" not in page
    post(client, "answers/spellings", other_spellings="Вересняк О. М.")
    spellings = {
        name.full or name.given
        for name in MissingPerson.objects.get(pk=report.missing_person_id).as_person().names
    }
    assert {"Вересняк О. М.", "Олександр"} <= spellings


def test_a_report_that_came_from_elsewhere_can_be_mended_and_loses_nothing(client):
    imported = a_report(circumstances="Знято з відео", unit="А0000")
    assert imported.answers["circumstances"] == "Знято з відео"
    sign_in_here(client, imported)
    post(client, "answers/home", place="Тихий Яр")
    now = again(imported)
    assert (now.circumstances, now.relation) == ("Знято з відео", "mother")
    assert now.missing_person.as_person().unit == "А0000"


def sign_in_here(client, report):
    age_codes(2)
    client.post("/uk/my-report/", {"reference": report.reference})
    return client.post("/uk/my-report/code/", {"code": last_code()}, follow=True)


def test_a_photo_is_added_later(client, report):
    assert "фото" in words_of(client.get("/uk/my-report/status/"))
    post(client, "answers/photo", photo=SimpleUploadedFile("a.jpg", a_photo(), "image/jpeg"))
    assert report.pictures.get().content.startswith(b"\xff\xd8")
    assert "/answers/photo/" not in text(client.get("/uk/my-report/status/"))


def test_a_photo_is_taken_back_and_nothing_else_with_it(client, report):
    for slug in ("photo", "kinship"):
        post(client, f"answers/{slug}", **{slug: SimpleUploadedFile("a.jpg", a_photo(), "image/jpeg")})
    assert "Прибрати фото" in text(client.get("/uk/my-report/answers/photo/"))
    page = words_of(post(client, "answers/photo", drop="1"))
    assert "Вересняк" in page
    assert report.pictures.get().kind == "kinship"
    assert "Прибрати фото" not in text(client.get("/uk/my-report/answers/photo/"))


@pytest.mark.parametrize("end", [intake.withdraw, endings.erase])
def test_whose_report_has_ended_is_led_to_a_new_one_and_asked_for_no_code(client, report, end):
    post(client, "contacts", email="olha@example.org")
    assert "підтвердити зараз" in words_of(client.get("/uk/my-report/status/"))
    end(report)
    page = words_of(client.get("/uk/my-report/status/"))
    assert '<p><a href="/uk/report/">Подати звернення про зниклу людину</a></p>' in page
    assert "підтвердити зараз" not in page


def test_questions_that_are_not_about_the_person_are_not_answered_there(client, report):
    for slug in ("contacts", "consent", "code-word", "nothing"):
        assert client.get(f"/uk/my-report/answers/{slug}/").status_code == 404


# ------------------------------------------------------------------------------------------- news, and having heard


def test_a_family_that_has_read_the_news_is_known_to_have_heard(client, report):
    a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    page = words_of(client.get("/uk/my-report/status/"))
    assert "Прочитано" in page
    assert "Є новина щодо Вашого звернення" in page
    assert follow_ups.standing(news_reference(report)).heard_at is None
    assert "Якщо не натиснете, ми зателефонуємо" in page
    assert 'name="round" value="0"' in page
    page = words_of(post(client, "heard", round="0"))
    assert "Ми знаємо, що Ви це прочитали" in page
    assert "Якщо не натиснете" not in page  # the call is off: nobody may wait for it
    assert follow_ups.standing(news_reference(report)).heard_at is not None


def test_a_page_left_open_ends_no_call_about_news_that_was_taken_back(client, report):
    of_list = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    round_shown = again(report).news_round
    lists_intake.withdraw_list(of_list.source_list_id, by=None)
    post(client, "heard", round=str(round_shown))
    post(client, "heard", round=str(again(report).news_round))
    assert follow_ups.awaiting_a_call() == 1


def test_a_page_that_stood_open_since_earlier_news_says_nothing_of_the_later(client, report):
    withdrawn = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    lists_intake.withdraw_list(withdrawn.source_list_id, by=None)
    review.close_correction(Correction.objects.get().pk, by=a_lead(), note="сказано")
    a_committed_list(SON_ON_LIST, "Інший Рядок Списку;01.01.1970")
    match_all()
    confirm(Match.objects.get(state="open"))
    later = news_reference(again(report))
    post(client, "heard", round="0")
    assert follow_ups.standing(later).heard_at is None
    assert Notification.objects.get(reference=later).state != "cancelled"
    post(client, "heard", round="1")
    assert follow_ups.standing(later).heard_at is not None


def test_whoever_was_told_what_no_longer_holds_is_asked_to_call_until_somebody_has_spoken_to_them(
    client, report
):
    withdrawn = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    lists_intake.withdraw_list(withdrawn.source_list_id, by=None)
    page = words_of(client.get("/uk/my-report/status/"))
    box = page[page.index('class="state"') : page.index("</section>")]
    assert "Нам треба з Вами поговорити" in box
    assert "Зателефонуйте нам" in box
    assert "зачекайте на наш дзвінок" in box
    assert "збігу" not in box, "what is wrong with it only a person says"
    assert "ми Вам напишемо" not in page
    review.close_correction(Correction.objects.get().pk, by=a_lead(), note="сказано")
    assert "Ми шукаємо" in words_of(client.get("/uk/my-report/status/"))


def test_whose_row_was_put_right_in_a_corrected_list_reads_that_two_compare_it_again_until_they_have_said_no(
    client, report
):
    told = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    corrected = a_committed_list(SON_PUT_RIGHT, replaces=told)
    for _ in range(2):  # also before a worker has compared it
        box = state_box(client)
        assert "Список виправлено" in box
        assert "Двоє наших людей знову порівнюють його з Вашим зверненням" in box
        assert "Ви можете нам зателефонувати" in box
        assert "Нам треба з Вами поговорити" not in box
        assert "13 березня" not in box
        match_all()
    anew = Match.objects.get(entry__source_list=corrected.source_list)
    assert anew.state == MatchState.OPEN
    rejected(anew)
    assert "Нам треба з Вами поговорити" in state_box(client)


def test_whose_row_was_put_right_and_confirmed_anew_reads_the_news_again(client, report):
    told = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    a_committed_list(SON_PUT_RIGHT, replaces=told)
    match_all()
    confirm(Match.objects.get(state=MatchState.OPEN))
    box = state_box(client)
    assert "Є новина" in box
    assert "Список виправлено" not in box


@pytest.mark.parametrize("is_whole", [True, False])
def test_whose_row_was_put_right_and_then_taken_from_the_list_is_asked_to_speak(client, report, is_whole):
    told = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    corrected = a_committed_list(SON_PUT_RIGHT, OTHER_MAN, replaces=told)
    match_all()
    if is_whole:
        lists_intake.withdraw_list(corrected.source_list_id, by=None)
    else:
        a_committed_list(OTHER_MAN, replaces=corrected)
    match_all()
    assert "Нам треба з Вами поговорити" in state_box(client)


@pytest.mark.parametrize("ends", [False, True])
def test_whose_page_showed_the_news_before_any_message_left_is_asked_to_speak_when_it_was_wrong(
    client, report, ends
):
    named = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    assert "Є новина" in state_box(client)
    assert not any(standing.has_left for standing in outbox.state_of(news_reference(report)))
    if ends:
        post(client, "end/withdrawn")
        ten_minutes_pass()
    lists_intake.withdraw_list(named.source_list_id, by=None)
    assert "Нам треба з Вами поговорити" in state_box(client)
    assert follow_ups.to_be_called([news_reference(report)])
    correction = Correction.objects.get()
    assert correction.heard == Heard.PERHAPS
    review.close_correction(correction.pk, by=a_lead(), note="сказано")
    assert "Нам треба з Вами поговорити" not in state_box(client)
    assert not follow_ups.to_be_called([news_reference(report)])


@pytest.mark.django_db(transaction=True)
def test_a_page_asked_for_while_the_news_is_taken_back_waits_and_does_not_show_it(client, report):
    named = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    seen = []

    def ask():
        try:
            seen.append(state_box(client))
        finally:
            connection.close()

    page = threading.Thread(target=ask)
    with transaction.atomic():
        lists_intake.withdraw_list(named.source_list_id, by=None)
        page.start()
        page.join(timeout=2)
        assert not seen, "what stands is not sure yet"
    page.join(timeout=30)
    assert "Є новина" not in seen[0]


def test_whoever_never_heard_of_news_that_was_wrong_reads_nothing_of_it(client, report):
    withdrawn = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    lists_intake.withdraw_list(withdrawn.source_list_id, by=None)
    page = words_of(client.get("/uk/my-report/status/"))
    assert "Нам треба з Вами поговорити" not in page
    assert "Ми шукаємо" in page


def test_without_news_nothing_can_be_acknowledged(client, report):
    post(client, "heard", round="0")
    assert follow_ups.standing(news_reference(report)) is None


def test_what_would_help_is_asked_of_everybody_in_the_same_words(client, report):
    page = words_of(client.get("/uk/my-report/status/"))
    a_committed_list(SON_ON_LIST)
    match_all()
    assert Match.objects.exists()
    wanted = page[page.index('class="plain wanted"') : page.index('class="plain wanted"') + 400]
    assert wanted in words_of(client.get("/uk/my-report/status/"))


def test_what_is_known_is_removed_by_nobody_who_only_says_that_she_knows_no_more(client, report):
    page = words_of(client.get("/uk/my-report/answers/birth/"))
    assert "Не знаю" not in page
    assert "Видалити цю відповідь" in page
    assert "Видалити цю відповідь" not in words_of(client.get("/uk/my-report/answers/name/")), "it is needed"
    assert "Збережено" in words_of(post(client, "answers/birth", skip="1"))
    assert again(report).missing_person.birth_date == ""
    assert "Видалити цю відповідь" not in words_of(client.get("/uk/my-report/answers/birth/"))


def test_a_needed_answer_is_not_skipped_by_a_forged_button(client, report):
    assert "хоча б одне" in words_of(post(client, "answers/name", skip="1"))
    assert again(report).answers["surname"]


def test_each_change_is_said_to_be_kept(client, report):
    assert "Збережено" in words_of(post(client, "answers/home", place="Суми"))
    assert "Збережено" not in words_of(client.get("/uk/my-report/answers/"))
    a_second_way = intake.add_contact(report, "email", "nina@example.org")
    assert "Збережено" in words_of(post(client, f"contacts/{a_second_way.pk}/stop"))


def test_a_number_whose_owner_wrote_stop_is_said_to_hear_nothing_until_it_is_wanted_again(client, report):
    contact = report.contacts.get()
    replies.receive(transport="memory", event_id="1", sender=contact.address, text="стоп")
    for page in ("status", "contacts"):
        assert "просили більше не писати" in words_of(client.get(f"/uk/my-report/{page}/"))
    post(client, "contacts", phone=contact.address)
    assert "просили більше не писати" not in words_of(client.get("/uk/my-report/contacts/"))


@pytest.mark.parametrize(
    ("channel", "reason", "why", "advice"),
    [
        ("sms", "asked", "просили більше не писати", "додайте цей номер нижче ще раз"),
        ("email", "asked", "просили більше не писати", "додайте цю адресу нижче ще раз"),
        ("sms", "dead_address", "наші повідомлення не доходили", "Якщо номер знову працює, додайте його"),
        ("email", "dead_address", "наші листи поверталися", "Якщо скринька знову працює, додайте її адресу"),
        ("sms", "doubted", "написали, що це не для них", "додайте його нижче ще раз: ми надішлемо туди код"),
        ("email", "doubted", "написали, що це не для них", "додайте її нижче ще раз: ми надішлемо туди код"),
        ("sms", "not_me", "написали, що це не для них", "зателефонуйте нам: туди не надійде навіть код"),
        ("email", "complained", "просили більше не писати", "додайте цю адресу нижче ще раз"),
    ],
)
def test_why_nothing_goes_to_a_number_or_a_mailbox_and_what_helps_is_said_as_it_is(
    client, report, channel, reason, why, advice
):
    contact = a_proven_contact(report, channel)
    recipients.stop(channel=channel, to=contact.address, reason=reason)
    assert why in words_of(client.get("/uk/my-report/status/"))
    page = words_of(client.get("/uk/my-report/contacts/"))
    assert why in page
    assert advice in page
    assert "правильно" not in page, "she sees two digits of it"


def a_proven_contact(report, channel):
    if channel == "email":
        intake.add_contact(report, "email", "nina@example.org")
    report.contacts.filter(channel=channel).update(confirmed_at=Now())
    return report.contacts.get(channel=channel)


# ------------------------------------------------------------------------------- what is promised, and to whom


@pytest.mark.parametrize("reason", ["asked", "dead_address", "doubted", "not_me"])
def test_whom_we_may_not_write_to_any_more_reads_so_on_top_and_is_asked_for_another_address(
    client, report, reason
):
    recipients.stop(channel="sms", to=report.contacts.get().address, reason=reason)
    page = words_of(client.get("/uk/my-report/status/"))
    box = page[: page.index("</section>")]
    assert "Ми шукаємо, але не можемо Вам написати" in box
    assert 'href="/uk/my-report/contacts/"' in box
    assert "зателефонуйте нам" in box
    assert "Вам нічого не треба робити" not in page
    assert "ми Вам напишемо" not in page
    is_called = reason in ("asked", "doubted")
    assert ("можемо лише зателефонувати" in box) is is_called
    assert ("Номера, за яким могли б зателефонувати, ми теж не маємо" in box) is not is_called
    wanted = page[page.index('class="plain wanted"') :]
    assert ("підтверджений спосіб" in wanted) is is_called
    assert ("номер, за яким ми можемо Вам зателефонувати" in wanted) is not is_called


def test_an_address_to_which_nothing_goes_is_no_second_way_to_reach_a_family(client, report):
    mailbox = a_proven_contact(report, "email")
    assert "підтверджений спосіб" not in words_of(client.get("/uk/my-report/status/"))
    recipients.stop(channel="email", to=mailbox.address, reason="dead_address")
    page = words_of(client.get("/uk/my-report/status/"))
    assert "підтверджений спосіб" in page
    assert "Вам нічого не треба робити" in page, "the telephone works"


@pytest.fixture
def with_a_mailbox_only(client, report):
    mailbox = a_proven_contact(report, "email")
    report.contacts.exclude(pk=mailbox.pk).delete()
    return report


NO_NUMBER = "Номера, за яким ми могли б Вам зателефонувати, ми не маємо"


def test_whoever_gave_no_number_is_promised_no_call_and_asked_for_one(client, with_a_mailbox_only):
    status = words_of(client.get("/uk/my-report/status/"))
    assert "ми Вам напишемо" in status
    for page in (status, words_of(client.get("/uk/report/receipt/"))):
        assert NO_NUMBER in page
        assert 'href="/uk/my-report/contacts/">Додати номер телефону' in page
        assert "не зателефонуєте нам, зателефонуємо" not in page
    assert "номер, за яким ми можемо Вам зателефонувати" in status
    post(client, "contacts", phone="067 111 22 33")
    assert NO_NUMBER not in words_of(client.get("/uk/my-report/status/"))
    client.post("/uk/report/confirm/", {"code": last_code()})
    page = words_of(client.get("/uk/my-report/status/"))
    assert NO_NUMBER not in page
    assert "не зателефонуєте нам, зателефонуємо" in page


def test_no_call_is_promised_to_a_number_that_is_not_proven_and_nothing_shows_that_a_stranger_has_it(
    client, with_a_mailbox_only
):
    post(client, "contacts", phone="067 111 22 33")
    pages = "/uk/my-report/status/", "/uk/report/receipt/"

    def shown():
        return [re.sub(r'value="\w{64}"', "", words_of(client.get(page))) for page in pages]

    before = shown()
    for page in before:
        assert "зателефонуємо" not in page
        assert "Ваш номер телефону не підтверджено" in page
    recipients.stop(channel="sms", to="+380671112233", reason="not_me")
    assert shown() == before


def test_with_the_news_whoever_gave_no_number_is_promised_no_call(client, with_a_mailbox_only):
    a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    unread = words_of(client.get("/uk/my-report/status/"))
    read = words_of(post(client, "heard", round="0"))
    assert "Прочитано" in unread
    assert "Ми знаємо, що Ви це прочитали" in read
    for page in (unread, read):
        assert "ми зателефонуємо" not in page
        assert NO_NUMBER in page


def test_of_a_number_in_doubt_the_advice_to_add_it_once_more_helps(client, report):
    contact = report.contacts.get()
    recipients.stop(channel="sms", to=contact.address, reason="doubted")
    age_codes(2)
    post(client, "contacts", phone=contact.address)
    client.post("/uk/report/confirm/", {"code": last_code()})
    assert not recipients.wishes_of(channel="sms", to=contact.address).is_stopped
    assert report.contacts.get().is_proven_lately


def test_that_nobody_was_found_is_listed_only_once_it_has_left(client, report):
    contact = report.contacts.get()
    outbox.post(
        reference=f"checked-wave-1-report-{report.pk}",
        channel=contact.channel,
        to=contact.address,
        message="checked",
        language="uk",
        context={**WORDS, "reference": report.reference, "list_date": "24 травня", "list_size": "307"},
    )
    assert "достовірного збігу немає" not in words_of(client.get("/uk/my-report/status/"))
    checked = Notification.objects.filter(message="checked")
    for left in ({"state": "review", "state_reason": "may_have_been_sent"}, {"state": "delivered"}):
        checked.update(**left)
        assert "достовірного збігу немає" in words_of(client.get("/uk/my-report/status/"))


# -------------------------------------------------------------------------------------------------- how it ends


@pytest.mark.parametrize("ending", ["found", "self", "withdrawn", "erased"])
def test_an_ending_can_be_undone_for_ten_minutes_and_changes_nothing_until_then(client, report, ending):
    assert "десяти хвилин" in words_of(client.get(f"/uk/my-report/end/{ending}/"))
    page = words_of(post(client, f"end/{ending}"))
    assert "Скасувати" in page
    assert ("видалити" in page.partition("Скасувати")[0]) is (ending == "erased")
    assert not endings.end_due()
    assert report.missing_person in MissingPerson.objects.sought()
    post(client, "undo")
    ten_minutes_pass()
    assert (again(report).ending, again(report).withdrawn_at) == ("", None)


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_machine_whose_clock_is_wrong_gives_ten_minutes_to_undo_like_any_other(client, report, minutes):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), tick=True):
        endings.ask(report, Ending.ERASED)
    assert endings.end_due() == 0
    assert again(report).ends_at < timezone.now() + endings.TIME_TO_UNDO
    assert endings.undo(report)


@pytest.mark.parametrize(
    ("ending", "words"), [("found", "закрито"), ("self", "закрито"), ("withdrawn", "відкликали")]
)
def test_after_ten_minutes_the_report_is_closed_and_cannot_be_changed(client, report, ending, words):
    post(client, f"end/{ending}")
    ten_minutes_pass()
    assert again(report).withdrawn_at is not None
    assert report.missing_person not in MissingPerson.objects.sought()
    assert words in words_of(post(client, "undo"))
    post(client, "answers/home", place="Інше")
    assert again(report).answers["place"] == "Тихий Яр"


def test_news_owed_while_an_ending_can_be_undone_still_goes_out(client, report):
    post(client, "end/withdrawn")
    a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    assert Notification.objects.get(message="news").state == "queued"
    post(client, "undo")
    ten_minutes_pass()
    assert Notification.objects.get(message="news").state == "queued"


def an_ended_report_with_news_that_left(client, ending="withdrawn"):
    """The list on which two people confirmed him; the message left within the ten minutes before the end."""
    post(client, f"end/{ending}")
    named = a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    has_left()
    ten_minutes_pass()
    return named


def state_box(client, language="uk"):
    page = words_of(client.get(f"/{language}/my-report/status/"))
    return page[page.index('class="state"') : page.index("</section>", page.index('class="state"'))]


@pytest.mark.parametrize("ending", ["found", "self", "withdrawn"])
def test_a_report_that_ended_after_its_news_had_left_says_that_there_is_news_and_names_nobody(
    client, report, ending
):
    an_ended_report_with_news_that_left(client, ending)
    assert again(report).withdrawn_at is not None
    box = state_box(client)
    assert "Є новина: ми повідомили Вам про це ще до того, як звернення було закрито." in box
    assert "Зателефонуйте нам" in box
    assert "зачекайте на наш дзвінок" in box
    assert "Ми більше не шукаємо" in box
    assert "Вересняк" not in box


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "Есть новость: мы сообщили Вам об этом ещё до того, как обращение было закрыто."),
        ("en", "There is news: we told you so before this report was closed."),
    ],
)
def test_the_news_of_an_ended_report_is_said_in_the_language_of_the_page(client, report, language, words):
    an_ended_report_with_news_that_left(client)
    assert words in state_box(client, language)


def test_an_ended_report_whose_news_was_taken_back_asks_to_speak_until_somebody_has(client, report):
    named = an_ended_report_with_news_that_left(client)
    lists_intake.withdraw_list(named.source_list_id, by=None)
    box = state_box(client)
    assert "Нам треба з Вами поговорити" in box
    assert "Зателефонуйте нам" in box
    assert "Є новина" not in box
    review.close_correction(Correction.objects.get().pk, by=a_lead(), note="сказано")
    box = state_box(client)
    assert "Нам треба з Вами поговорити" not in box
    assert "Ви відкликали це звернення" in box


def test_an_ended_report_asks_for_no_call_once_somebody_has_spoken_to_them(client, report):
    an_ended_report_with_news_that_left(client)
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_lead(), outcome="spoke")
    box = state_box(client)
    assert "Є новина" not in box
    assert "Зателефонуйте нам" not in box


def test_news_that_never_left_leaves_no_trace_on_the_page_of_an_ended_report(client, report):
    post(client, "end/withdrawn")
    a_committed_list(SON_ON_LIST)
    match_all()
    confirm(Match.objects.get())
    ten_minutes_pass()
    assert Notification.objects.get(message="news").state == "cancelled"
    box = state_box(client)
    assert "Ви відкликали це звернення" in box
    assert "новин" not in box
    assert "Є новина" not in box


def test_erasing_leaves_nothing_of_the_family_and_the_import_does_not_bring_it_back(client):
    client.post("/uk/report/")
    give(client, a_photo())
    report = file_and_prove(client)
    a_committed_list(SON_ON_LIST)
    match_all()
    post(client, "end/erased")
    ten_minutes_pass()
    waves.lapse_unsought()
    bare = again(report)
    assert (bare.answers, bare.reporter_name, bare.circumstances, bare.code_word) == (None, "", "", "")
    assert not bare.contacts.exists()
    assert not bare.pictures.exists()
    person = bare.missing_person
    assert (person.birth_date, person.place, person.unit) == ("", "", "")
    assert not person.names.exists()
    assert person.keys == []
    assert not MissingPersonKey.objects.exists()
    assert Match.objects.get().state == MatchState.LAPSED
    assert bare.source_reference
    assert Report.objects.open().count() == 0


def test_what_is_erased_survives_a_change_of_the_engines_rules(client, report):
    endings.erase(report)
    MissingPerson.objects.update(profile_version="old")
    while refile_next_persons():
        pass
    assert not MissingPerson.objects.awaiting_matching().exists()
    assert not MissingPersonKey.objects.exists()


def test_the_person_stays_for_the_other_relatives(client, report):
    other = a_report()
    Report.objects.filter(pk=other.pk).update(missing_person=report.missing_person)
    endings.erase(report)
    assert MissingPerson.objects.get(pk=report.missing_person_id).names.exists()
    assert report.missing_person in MissingPerson.objects.sought()


def test_while_a_report_is_about_to_end_nothing_but_undoing_seems_to_keep_it(client, report):
    sign_in_here(client, report)
    assert "Я ще шукаю" not in words_of(post(client, "end/erased"))
    assert "Я ще шукаю" in words_of(post(client, "undo"))


def test_what_was_withdrawn_can_still_be_erased_and_that_be_undone(client, report):
    intake.withdraw(report)
    sign_in_here(client, report)
    asked = words_of(client.get("/uk/my-report/end/erased/"))
    assert "Ні, зберігайте далі" in asked
    assert "шукайте далі" not in asked  # nobody searches any more, whatever they press
    assert "попросили видалити" in words_of(post(client, "end/erased"))
    post(client, "undo")
    ten_minutes_pass()
    assert again(report).erased_at is None
    post(client, "end/erased")
    ten_minutes_pass()
    assert again(report).erased_at is not None
    assert again(report).withdrawn_at is not None


def test_whoever_ends_a_report_the_family_is_told_once_at_every_proven_address(client, report):
    numbers = set(report.contacts.reachable().values_list("pk", flat=True))
    intake.withdraw(report)
    intake.withdraw(report)
    told = Notification.objects.filter(message="report_withdrawn")
    assert len(told) == len(numbers) > 0
    assert report.reference in told[0].body
    Contact.objects.update(stopped_at=dt.datetime.now(dt.UTC))
    endings.erase(again(report))
    assert not Notification.objects.filter(message="report_erased").exists()


def test_erasing_a_report_ends_with_a_word_to_the_family_and_then_nothing_of_the_messages_is_left(
    client, report, settings
):
    settings.SENDING, settings.TRANSPORTS = "send", {"sms": MEMORY, "email": MEMORY}
    endings.erase(report)
    releasing.release_held()
    recovery.sweep()
    assert Notification.objects.get(message="report_erased").state == "accepted"
    retention.purge_next()
    theirs = Notification.objects.all()
    assert {row.message for row in theirs} >= {"contact_code", "report_received", "report_erased"}
    assert [(row.to, row.body) for row in theirs] == [(None, None)] * len(theirs)


@pytest.mark.parametrize("confirmed", [True, False])
def test_erasing_a_report_filed_twice_loses_no_word_from_the_number_of_the_other(report, confirmed):
    other = a_report(phone="+380990000067", confirmed=confirmed)
    new_number = "Це мій старий номер, новий 050 111 22 33"
    replies.receive(transport="memory", event_id="1", sender="+380990000067", text=new_number)
    endings.erase(report)
    assert Reply.objects.get().text == new_number
    endings.erase(other)
    assert not Reply.objects.exists()


def test_two_who_end_a_report_at_once_end_it_once(client, report):
    assert endings.ask(report, "found")
    assert not endings.ask(report, "withdrawn")
    assert again(report).ending == "found"


def test_their_data_is_theirs_as_a_file_and_nobody_elses(client, report):
    a_report(email="nina@example.org")
    response = client.get("/uk/my-report/data/")
    assert response["Content-Disposition"] == f'attachment; filename="{report.reference}.json"'
    held = json.loads(response.content)
    assert held["answers"]["surname"] == "Вересняк"
    assert [c["address"] for c in held["contacts"]] == ["+380990000067"]
    assert {c["purpose"] for c in held["consents"]} == {"search", "contact"}
    assert held["wishes"]["ask_after_days"] == 365
    assert (held["ending"], held["withdrawn_at"], held["told_how"]) == ("", None, "")
    assert "nina@example.org" not in text(response)


PAGES = ["status", "answers", "answers/name", "contacts", "settings", "end/found", "data"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_it_is_open_without_signing_in(path, report):
    assert Client().get(f"/uk/my-report/{path}/").url == "/uk/my-report/"


@pytest.mark.parametrize("path", ["heard", "still-searching", "undo", f"contacts/{uuid.UUID(int=7)}/stop"])
def test_what_changes_something_is_never_done_by_opening_a_link(client, path, report):
    assert client.get(f"/uk/my-report/{path}/").status_code == 405


# -------------------------------------------------------------------------------------------- "still searching?"


def months_pass(report, days):
    gone = dt.timedelta(days=days)
    Report.objects.filter(pk=report.pk).update(
        searching_at=F("searching_at") - gone, asked_at=F("asked_at") - gone
    )


def asked():
    while due.ask_next_whether_still_searching():
        pass
    return Notification.objects.filter(message="still_searching").count()


def test_a_silent_family_is_asked_twice_and_then_left_in_peace_and_still_searched_for(report):
    assert asked() == 0
    months_pass(report, 366)
    assert asked() == 1
    months_pass(report, 29)
    assert asked() == 1
    months_pass(report, 2)
    assert asked() == 2
    months_pass(report, 3000)
    assert asked() == 2
    assert report.missing_person in MissingPerson.objects.sought()


def test_a_family_that_still_searches_is_asked_only_after_its_time(client, report):
    months_pass(report, 366)
    assert asked() == 1
    assert "Збережено. Дякуємо." in words_of(post(client, "still-searching"))
    months_pass(report, 300)
    assert asked() == 1
    months_pass(report, 70)
    assert asked() == 2


# ------------------------------------------------------------------------------------------ what we wrote to them


def messages_on(page):
    found = page[page.index('id="messages"') :]
    return found[: found.index("</ul>")]


def test_every_message_about_the_report_is_listed_and_none_about_another(client, report):
    other = a_report()
    match_all()
    for each in (report, other):
        months_pass(each, 366)
    assert asked() == 2
    outbox.post(
        reference=f"checked-wave-7-report-{report.pk}", channel="sms", to="+380990000067", message="checked",
        language="uk", context={**WORDS, "reference": report.reference, "list_date": "24 травня", "list_size": "307"},
    )  # fmt: skip
    Notification.objects.filter(message="checked").update(state="accepted")
    listed = messages_on(words_of(client.get("/uk/my-report/status/")))
    assert listed.count("<li>") == 3
    for words in ("Ваше звернення в нас", "чи Ви й далі шукаєте", "достовірного збігу немає"):
        assert words in listed


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("unknown", "", "не знаємо, чи надійшло"),
        ("review", "may_have_been_sent", "не знаємо, чи надійшло"),
        ("review", "sent_after_cancel", "не знаємо, чи надійшло"),
        ("review", "held_too_long", ""),
        ("held", "sending_off", ""),
        ("undelivered", "", "не надійшло"),
    ],
)
def test_a_message_that_may_have_arrived_is_never_called_a_strangers(client, report, state, reason, words):
    theirs = Notification.objects.filter(message="report_received")
    theirs.update(state="claimed", lease_until=Now())
    theirs.update(state=state, state_reason=reason, lease_until=None)
    page = words_of(client.get("/uk/my-report/status/"))
    assert ('id="messages"' in page) == bool(words)
    assert words in page
    assert not words or "лише коди, які Ви просите самі" in page


def test_a_message_can_be_checked_by_whoever_gets_the_code_and_by_nobody_else(client, report):
    strangers = []
    for reference in (report.reference, "FL-AAAA-AAAA"):
        other = Client()
        age_codes(2)
        asked_for = other.post("/uk/my-report/", {"reference": reference})
        strangers.append((asked_for.url, words_of(other.get(asked_for.url)).partition("<main")[2]))
    page = words_of(client.get("/uk/check-message/"))
    assert 'action="/uk/my-report/"' in page
    without = [(url, re.sub(r'value="\w{64}"', "", shown)) for url, shown in strangers]
    assert without[0] == without[1]
    assert "Ваше звернення в нас" in messages_on(words_of(sign_in_here(Client(), report)))


def test_an_ending_without_a_wording_is_carried_out_and_its_letter_waits_for_a_person(report):
    retired("report_erased")
    endings.ask(report, "erased")
    ten_minutes_pass()
    assert again(report).erased_at is not None
    row = Notification.objects.get(message="report_erased")
    assert (row.state, row.state_reason, row.body) == ("review", "cannot_be_written", "")


def test_an_ending_that_fails_keeps_no_other_family_waiting(report, monkeypatch, caplog):
    """Whatever the reason: the one that fails is said, and tried again with the next sweep."""
    other = a_report(phone="+380990000002")
    endings.ask(report, "withdrawn")
    endings.ask(other, "withdrawn")

    def failing(ending):
        if ending.pk == report.pk:
            raise ValueError("whatever it is")
        intake.withdraw(ending)

    monkeypatch.setattr(endings, "withdraw", failing)
    ten_minutes_pass()
    assert (again(report).withdrawn_at, again(other).withdrawn_at is None) == (None, False)
    assert str(report.pk) in caplog.text
    assert report.reference not in caplog.text
    monkeypatch.undo()
    assert endings.end_due() == 1
    assert again(report).withdrawn_at is not None
