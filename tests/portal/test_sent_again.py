"""A draft that is sent again mends its report until the family itself has come in; from then on it undoes nothing."""

import pytest
from django.test import Client

from familylink.reports.models import Draft, Report
from tests.portal.conftest import answer, file_and_prove, fill, last_code, send_form, sign_in, text
from tests.portal.test_on_behalf import desk as desk  # a fixture
from tests.portal.test_on_behalf import enter
from tests.portal.test_on_behalf import staff as staff  # a fixture

pytestmark = pytest.mark.django_db


def come_in_and_correct(report: Report) -> Client:
    """The family, with another telephone: another birth date, and one more number."""
    phone = Client()
    sign_in(phone, report)
    phone.post("/uk/my-report/answers/birth/", {"birth_day": "21", "birth_month": "3", "birth_year": "1987"})
    phone.post("/uk/my-report/contacts/", {"phone": "099 000 00 99", "email": ""})
    return phone


def stands() -> tuple[str, str, str, int]:
    """The birth date that is compared, and its day as told; the unit; how many numbers."""
    report = Report.objects.get()
    told = report.answers or {}
    numbers = report.contacts.filter(stopped_at=None).count()
    return report.missing_person.birth_date, told["birth_day"], told["unit"], numbers


def test_what_the_family_corrected_is_not_undone_from_the_browser_that_filed_it(client):
    send_form(client)
    come_in_and_correct(Report.objects.get())
    answer(client, "service", unit="А1111", rank="солдат", change="1")
    page = text(client.post("/uk/report/check/"))
    assert stands() == ("1987-03-21", "21", "А0000", 2)
    assert Report.objects.get().reference in page
    assert "нічого не змінено" in page
    assert "А1111" in page, "what was typed is still there to be copied"


def test_what_the_family_corrected_is_not_undone_from_the_desk(desk):
    enter(desk)
    come_in_and_correct(Report.objects.get())
    answer(desk, "service", unit="А1111", rank="солдат", change="1")
    page = text(desk.post("/uk/report/check/"))
    assert stands() == ("1987-03-21", "21", "А0000", 2)
    assert Report.objects.get().reference in page
    assert "А1111" in page


def test_staff_who_type_while_the_family_proves_one_more_number_lose_no_word(desk):
    enter(desk)
    phone = come_in_and_correct(Report.objects.get())
    phone.post("/uk/report/confirm/", {"code": last_code()})
    assert Report.objects.get().contacts.reachable().count() == 2
    answer(desk, "service", unit="А1111", rank="солдат", change="1")
    assert Draft.objects.get().answers["surname"], "not the beginning of a report of nobody's"
    assert "А1111" in text(desk.post("/uk/report/check/"))
    assert stands()[2] == "А0000"


def test_until_the_family_comes_in_staff_mend_what_they_wrote(desk):
    enter(desk)
    answer(desk, "service", unit="А1111", rank="солдат", change="1")
    desk.post("/uk/report/check/")
    assert stands() == ("1987-03-12", "12", "А1111", 1)


def test_another_report_from_the_same_browser_is_filed_as_ever(client):
    file_and_prove(client)
    client.post("/uk/report/")
    fill(client, given_name="Петро")
    client.post("/uk/report/check/")
    assert Report.objects.count() == 2
