"""A time limit strikes anywhere, also while a transaction ends: what comes after must not find that one still open."""

import signal
from collections.abc import Iterator

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction

from familylink.celery import each_alone, leave_no_transaction
from familylink.reports.models import Report
from tests.factories import a_report

pytestmark = pytest.mark.django_db(transaction=True)
SLOW_END = """
    CREATE FUNCTION end_slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow_end AFTER UPDATE ON reports_report DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION end_slowly()
"""


@pytest.fixture
def limit() -> Iterator[None]:
    """Half a second from now the time limit strikes, as Celery has it: by a signal, wherever the process is."""

    def strike(*_: object) -> None:
        raise SoftTimeLimitExceeded

    a_report()
    with connection.cursor() as cursor:
        cursor.execute(SLOW_END)
    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    leave_no_transaction()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slow_end ON reports_report; DROP FUNCTION end_slowly()")


def end_slowly() -> None:
    with transaction.atomic():
        Report.objects.update(news_round=7)


def begin() -> None:
    with transaction.atomic():
        assert Report.objects.count() == 1


def test_the_step_after_one_that_was_cut_off_at_its_end_is_done(limit: None) -> None:
    done: list[bool] = []
    assert each_alone([end_slowly, begin, lambda: done.append(True)]) == 2
    assert done


@pytest.mark.usefixtures("limit")
def test_a_process_whose_transaction_was_cut_off_works_on_when_nothing_is_left_of_it() -> None:
    with pytest.raises((SoftTimeLimitExceeded, DatabaseError)):
        end_slowly()
    for _ in range(3):  # without help it never does
        with pytest.raises(DatabaseError):
            begin()
        connection.close()  # as Celery does after each task
    leave_no_transaction()
    begin()
