"""The database takes nothing, or is not there: nobody's answers are lost, and the page says so and whom to call."""

import html
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import Client

from familylink.reports.models import Draft, Report
from tests.portal.conftest import ANSWERS, file_and_prove, fill, text

pytestmark = pytest.mark.django_db(transaction=True)
NAME = {"surname": "Вересняк", "given_name": "Олександр", "patronymic": "Миколайович", "page_language": "uk"}
DISK_FULL = "53100"


@pytest.fixture
def visitor(settings) -> Client:
    """A browser: it is shown an error page, where the tests' client would be given the exception."""
    settings.SERVICE_PHONE = "0 800 123 456"
    return Client(raise_request_exception=False)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def read_only() -> Iterator[None]:
    """As PostgreSQL itself becomes when it must not write: a standby, or an operator who saves its disk."""
    execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    yield
    execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


@contextmanager
def disk_full(table: str) -> Iterator[None]:
    """Every write to this table fails as one on a full disk does."""
    execute(
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION 'No space left on device' USING ERRCODE = '{DISK_FULL}'; END $$"
    )
    execute(f"CREATE TRIGGER no_space BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION no_space()")
    yield
    execute("DROP FUNCTION no_space() CASCADE")


@contextmanager
def gone() -> Iterator[None]:
    """Nobody is let in any more, and whoever was is thrown out."""
    params = connection.get_connection_params()
    name = params["dbname"]
    connection.close()
    told = {key: params[key] for key in ("host", "port", "user", "password") if key in params}
    with psycopg.connect(dbname="postgres", autocommit=True, **told) as beside:
        beside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            yield
        finally:
            beside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def assert_honest(response) -> str:
    """503 with the time to try again and the telephone; the page, for what else it says."""
    page = html.unescape(text(response)).replace("\xa0", " ")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "0 800 123 456" in page
    return page


@pytest.mark.parametrize("refusing", [read_only, lambda: disk_full("reports_draft"), gone])
def test_an_answer_that_cannot_be_kept_stands_on_the_page_to_be_sent_again(visitor, refusing) -> None:
    with refusing():
        page = assert_honest(visitor.post("/uk/report/name/", NAME))
    assert 'value="Вересняк"' in page
    assert 'value="Миколайович"' in page
    assert visitor.post("/uk/report/name/", NAME).status_code == 302
    assert Draft.objects.get().answers["surname"] == "Вересняк"


@pytest.mark.parametrize("table", ["reports_report", "reports_contact", "reports_missingperson"])
def test_a_report_that_cannot_be_filed_is_filed_wholly_at_the_next_press(visitor, table) -> None:
    fill(visitor)
    with disk_full(table):
        page = assert_honest(visitor.post("/uk/report/check/"))
    assert ANSWERS["place"] in page
    assert not Report.objects.exists()
    assert visitor.post("/uk/report/check/").status_code == 302
    assert Report.objects.count() == 1


def test_where_nothing_can_be_read_either_the_answers_are_there_when_it_is_back(visitor) -> None:
    fill(visitor)
    with gone():
        assert "Нічого з того, що Ви надіслали раніше, не втрачено" in assert_honest(
            visitor.get("/uk/report/check/")
        )
        assert_honest(visitor.post("/uk/report/check/"))
    assert visitor.post("/uk/report/check/").status_code == 302
    assert Report.objects.count() == 1


@pytest.mark.parametrize("path", ["/uk/my-report/", "/uk/my-report/code/"])
def test_who_cannot_be_let_in_is_not_told_that_they_asked_too_often(visitor, path) -> None:
    with read_only():
        assert_honest(visitor.post(path, {"reference": "FL-AAAA-AAAA", "code": "123456"}))


def test_without_a_picture_that_cannot_be_kept_the_report_goes_on(visitor) -> None:
    fill(visitor)
    with disk_full("reports_picture"):
        assert visitor.post("/uk/report/photo/", {"skip": "1"}).status_code == 302


def test_what_is_added_later_stands_on_the_page_too(visitor) -> None:
    file_and_prove(visitor)
    with disk_full("reports_missingperson"):
        page = assert_honest(
            visitor.post("/uk/my-report/answers/name/", {**NAME, "surname": "Вересняк-Тихий"})
        )
    assert 'value="Вересняк-Тихий"' in page
