"""`manage.py import_list`: the lists desk for scripts. Where no worker is, it says so and does not wait for ever."""

import io
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matching.models import Match, MatchRun, SourceList
from tests.factories import HEADING, SON_ON_LIST, a_report, match_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADING}\n{SON_ON_LIST}\n")
    return path


def imported(file: Path, **options: object) -> str:
    said = io.StringIO()
    call_command("import_list", str(file), wave="May:1", **{"reliability": "A", **options}, stdout=said)
    return said.getvalue()


def test_without_a_worker_it_says_so_and_ends_and_the_list_stays(file) -> None:
    with pytest.raises(CommandError, match="is a worker running") as refused:
        imported(file, wait=True, patience=0.2)
    source_list = SourceList.objects.get()
    assert str(source_list.pk) in str(refused.value)
    assert source_list.entry_count == 1
    assert MatchRun.objects.unfinished().count() == 1


@pytest.mark.django_db(transaction=True)
def test_where_a_worker_is_it_waits_for_the_end(file) -> None:
    a_report()

    def work() -> None:
        for _ in range(600):
            match_all()
            if Match.objects.exists():
                break
            time.sleep(0.1)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert "1 proposed for review" in imported(file, wait=True)
    worker.join(60)
    assert Match.objects.count() == 1


def test_a_list_of_the_released_that_is_not_trusted_is_refused(file) -> None:
    with pytest.raises(CommandError, match="reliability A or B"):
        imported(file, reliability="C")
    assert not SourceList.objects.exists()
