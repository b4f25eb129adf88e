"""Staff enter what a family tells them: the same questions and admission, and on record who did it and how."""

import html
import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from familylink.reports import intake
from familylink.reports.models import AccessRecord, Consent, Contact, Draft, Report
from notifications.models import Notification
from tests.factories import a_member_of_staff, a_report
from tests.portal.conftest import ANSWERS, answer, file_and_prove, fill, last_code, text
from tests.portal.test_questions import give
from tests.reports.photos import a_photo

pytestmark = pytest.mark.django_db
ADD = reverse("admin:reports_report_add")


@pytest.fixture
def staff(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    return a_member_of_staff("intake")


@pytest.fixture
def desk(staff):
    client = Client()
    client.force_login(staff)
    return client


def enter(desk, how="phone", language="uk", **changes):
    """A family's report from the desk, question by question; the response to its sending."""
    first = desk.post(ADD, {"told_how": how, "language": language})
    assert first.url == f"/{language}/report/name/"
    fill(desk, language, **changes)
    return desk.post(f"/{language}/report/check/")


def page_of(client, report):
    return html.unescape(text(client.get(reverse("admin:reports_report_change", args=[report.pk]))))


def test_what_is_told_by_telephone_goes_the_same_way_and_says_who_and_how(desk, staff):
    done = enter(desk)
    report = Report.objects.get()
    assert done.url == reverse("admin:reports_report_change", args=[report.pk])
    assert (report.source, report.told_how, report.entered_by) == ("staff", "phone", staff)
    assert report.missing_person.as_person().names[0].surname == ANSWERS["surname"]
    assert report.answers["circumstances"] == ANSWERS["circumstances"]
    given = set(Consent.objects.values_list("purpose", "version", "language", "told_how"))
    assert given == {(p, intake.CONSENT_VERSION, "uk", "phone") for p in ("search", "contact")}
    entry = LogEntry.objects.get(object_id=str(report.pk))
    assert entry.user == staff
    assert intake.CONSENT_VERSION in entry.change_message
    assert entry.object_repr == report.reference


def test_no_code_goes_out_while_they_speak_and_the_family_proves_its_number_itself(desk):
    enter(desk)
    report = Report.objects.get()
    assert not Notification.objects.exists()
    assert not Contact.objects.reachable().exists()
    phone = Client()
    phone.post("/uk/my-report/", {"reference": report.reference})
    phone.post("/uk/my-report/code/", {"code": last_code()})
    assert Contact.objects.reachable().get().report == report
    assert phone.get("/uk/my-report/status/").status_code == 200


def test_the_number_and_the_code_word_stand_there_to_be_read_aloud(desk):
    page = html.unescape(text(desk.get(enter(desk).url, headers={"accept-language": "uk"})))
    report = Report.objects.get()
    assert report.reference in page
    assert report.code_word in page
    assert "Ніколи не питайте в них цей код" in page


def test_each_question_says_that_it_is_asked_for_somebody_else(desk):
    desk.post(ADD, {"told_how": "paper", "language": "uk"})
    fill(desk)
    for path in ("name", "consent", "check"):
        assert "Ви вносите це за родину: на папері" in text(desk.get(f"/uk/report/{path}/"))
    assert "Прочитайте кожне речення вголос" in text(desk.get("/uk/report/consent/"))
    assert "Ви вносите це" not in text(Client().get("/uk/report/name/"))


def test_staff_have_no_way_to_prove_a_familys_number(desk):
    enter(desk)
    assert desk.get("/uk/report/confirm/").url == "/uk/my-report/"


def test_sending_it_twice_is_one_report(desk):
    enter(desk)
    desk.post("/uk/report/check/")
    assert Report.objects.count() == 1
    assert list(LogEntry.objects.order_by("pk").values_list("action_flag", flat=True)) == [1, 2]


def test_a_mistake_is_refused_in_the_same_words_as_a_familys(desk):
    desk.post(ADD, {"told_how": "phone", "language": "uk"})
    assert "хоча б одне" in text(answer(desk, "name", surname="-"))
    assert not Report.objects.exists()


@pytest.mark.parametrize("role", ["reviewers", "leads", "importers", "auditors", "administrators"])
def test_only_intake_enters_reports(settings, role):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client = Client()
    client.force_login(a_member_of_staff(role))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"told_how": "phone", "language": "uk"}).status_code == 403
    assert not Draft.objects.exists()


def test_who_has_lost_the_right_files_nothing_more(desk, staff):
    desk.post(ADD, {"told_how": "phone", "language": "uk"})
    fill(desk)
    staff.groups.clear()
    assert desk.post("/uk/report/check/").url == "/uk/report/"
    assert not Report.objects.exists()


def test_after_signing_out_the_rest_does_not_become_a_report_of_nobodys(desk, staff):
    desk.post(ADD, {"told_how": "phone", "language": "uk"})
    answer(desk, "name", surname="Вересняк")
    desk.logout()
    assert ANSWERS["surname"] not in text(desk.get("/uk/report/name/"))
    cookie = Draft.objects.get().pk
    stranger = Client()
    stranger.cookies["draft"] = desk.cookies["draft"].value if "draft" in desk.cookies else ""
    assert "Вересняк" not in text(stranger.get("/uk/report/name/"))
    assert Draft.objects.get().pk == cookie


def test_a_session_that_ended_is_said_and_nothing_typed_is_mixed(desk, staff):
    desk.post(ADD, {"told_how": "phone", "language": "uk"})
    signed = desk.cookies["draft"].value
    other = Client()
    other.cookies["draft"] = signed
    assert answer(other, "name", surname="Інший").status_code == 403
    assert Draft.objects.count() == 1
    other.post("/uk/report/")
    assert answer(other, "name", surname="Інший").status_code == 302


def test_the_database_refuses_a_report_of_staff_without_who_and_how(staff):
    report = a_report()
    for changes in ({"source": "staff"}, {"source": "staff", "told_how": "phone"}):
        with pytest.raises(IntegrityError, match="what_staff_entered"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**changes)


# ------------------------------------------------------------------------------------------ the report's page


def test_staff_see_every_answer_the_consents_and_the_pictures_and_every_look_is_on_record(
    desk, staff, client
):
    fill(client, callsign="Сокіл", marks="Шрам на лівій руці", told_by="Побратим")
    give(client, a_photo())
    give(client, a_photo(size=(30, 30)), slug="kinship")
    report = file_and_prove(client, callsign="Сокіл", marks="Шрам на лівій руці", told_by="Побратим")
    give_to(report)
    page = page_of(desk, report)
    for told in ("Сокіл", "Шрам на лівій руці", "Побратим", "Veresniak Oleksandr", intake.CONSENT_VERSION):
        assert told in page
    assert "+380990000067" not in page
    assert "зберігати і звіряти зі списками" in page
    pictures = re.findall(rf'<img src="(/admin/reports/report/{report.pk}/pictures/[^"]+)"', page)
    assert len(pictures) == 2
    shown = desk.get(pictures[0])
    assert shown["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).format == "JPEG"
    looked = AccessRecord.objects.filter(viewer=staff).values_list("subject", flat=True)
    assert sorted(looked) == ["reports.picture", "reports.report"]


def give_to(report):
    for kind in ("photo", "kinship"):
        report.pictures.get_or_create(kind=kind, defaults={"content": a_photo()})


def test_a_picture_is_shown_with_its_own_report_only_and_to_nobody_without_the_right(desk, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    one, other = a_report(), a_report()
    give_to(one)
    picture = one.pictures.first()
    assert desk.get(reverse("admin:reports_report_picture", args=[other.pk, picture.pk])).status_code == 404
    address = reverse("admin:reports_report_picture", args=[one.pk, picture.pk])
    importer = Client()
    importer.force_login(a_member_of_staff("importers"))
    assert importer.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_what_a_family_typed_is_shown_to_staff_and_never_run(desk):
    report = a_report()
    Report.objects.filter(pk=report.pk).update()
    report.answers = {**report.answers, "marks": "<script>alert(1)</script>"}
    report.save()
    address = reverse("admin:reports_report_change", args=[report.pk])
    assert "<script>alert" not in text(desk.get(address))
