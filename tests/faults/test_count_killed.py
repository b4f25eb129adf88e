"""The counting of names is killed in the middle of a slice: nobody is left out, and nobody counted twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from matching import name_counts
from matching.models import NameCount, NameSnapshot
from tests.faults.processes import TOP, url_of_database
from tests.faults.scenery import families, men

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
FAMILIES = 24


@pytest.fixture
def slow_database() -> Iterator[None]:
    """A tenth of a second for each slice, in the middle of its transaction: time enough to kill there."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON matching_namesnapshot FOR EACH ROW EXECUTE FUNCTION slow();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slow ON matching_namesnapshot; DROP FUNCTION slow()")


def counted() -> list[tuple[int, int]]:
    while name_counts.count_next(at_once=7, least_persons=1):
        pass
    latest = name_counts.latest()
    assert latest is not None
    assert (latest.person_count, latest.surname_total) == (FAMILIES, FAMILIES)
    return list(NameCount.objects.filter(snapshot=latest).order_by("form").values_list("form", "bearers"))


def count_and_be_killed(after_slices: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "count_names", "--slice", "3"],
        cwd=TOP,
        env={**os.environ, "DATABASE_URL": url_of_database()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    for _ in range(after_slices):
        assert process.stderr.readline()
    process.send_signal(signal.SIGKILL)  # the next slice has begun: it sleeps in its transaction
    process.wait(timeout=20)
    process.stderr.close()


def test_a_count_that_is_killed_again_and_again_comes_to_the_same(slow_database: None) -> None:
    families(men(FAMILIES, seed=11))
    undisturbed = counted()
    NameSnapshot.objects.all().delete()
    for after_slices in (1, 2):
        count_and_be_killed(after_slices)
        assert NameSnapshot.objects.filter(published_at=None).exists(), "the kills must come in the middle"
    assert counted() == undisturbed
