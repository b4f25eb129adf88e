"""A time limit, or the word to end, strikes a worker anywhere: what it writes after that is written, or refused."""

import contextlib
import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from familylink.celery import STRIKES, each_alone, leave_no_transaction
from familylink.reports.models import Report
from tests.factories import a_report
from tests.strikes import struck_at

# Where it strikes while a connection is being thrown away, Python can only say so.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SLOW_END = """
    CREATE FUNCTION end_slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow_end AFTER UPDATE ON reports_report DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION end_slowly()
"""


@pytest.fixture(params=STRIKES)
def strike_after(request: pytest.FixtureRequest) -> Iterator[Callable[[float], object]]:
    """So many seconds from now it strikes, as Celery has it: by a signal, wherever the process is."""

    def strike(*_: object) -> None:
        raise request.param

    before = signal.signal(signal.SIGALRM, strike)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    leave_no_transaction()


@pytest.fixture
def slow_end() -> Iterator[None]:
    a_report()
    with connection.cursor() as cursor:
        cursor.execute(SLOW_END)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slow_end ON reports_report; DROP FUNCTION end_slowly()")


def write(round_: int = 7) -> None:
    with transaction.atomic(durable=True):
        Report.objects.update(news_round=round_)


def begin() -> None:
    with transaction.atomic():
        assert Report.objects.count() == 1


@pytest.mark.usefixtures("slow_end")
def test_the_step_after_one_that_was_cut_off_at_its_end_is_done(
    strike_after: Callable[[float], object],
) -> None:
    done: list[bool] = []
    strike_after(0.5)
    with contextlib.suppress(*STRIKES):  # what hides in a DatabaseError is taken for a step that failed
        each_alone([write, begin])
    each_alone([begin, lambda: done.append(True)])
    assert done


@pytest.mark.usefixtures("slow_end")
def test_a_process_whose_transaction_was_cut_off_works_on_when_nothing_is_left_of_it(
    strike_after: Callable[[float], object],
) -> None:
    strike_after(0.5)
    with pytest.raises((*STRIKES, DatabaseError)):
        write()
    leave_no_transaction()
    begin()


@pytest.mark.parametrize("kind", STRIKES)
def test_after_a_strike_anywhere_nothing_is_written_that_is_not_kept(kind: type[BaseException]) -> None:
    """Once at every call and every return of all that Django and psycopg do in a transaction."""
    a_report()
    write()
    ends: Counter[str] = Counter()
    while (end := struck_at(ends.total(), kind, write)) != "over":
        if end == "seen":
            leave_no_transaction()
        ends[end] += 1
        write(ends.total())  # whoever takes a hidden one for a database that is away tries again
        connection.close()
        assert Report.objects.get().news_round == ends.total()
    assert ends["seen"] > 100
    assert ends["hidden"]
