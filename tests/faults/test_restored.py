"""A backup from the middle of a wave is put back: it sends nothing before people have looked."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections

from notifications import tasks
from notifications.models import Notification
from tests.faults.phones import Phones
from tests.faults.processes import Processes, nudge, until, url_of_database
from tests.faults.sending import calm_down, owed
from tests.faults.table import Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def backup() -> Iterator[str]:
    """The name of a database to copy into; gone afterwards."""
    name = f"{connection.settings_dict['NAME']}_restored"
    yield name
    in_another(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def in_another(sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
    url = url_of_database().replace(f"/{connection.settings_dict['NAME']}", f"/{database}")
    with psycopg.connect(url, autocommit=True) as there:
        answer = there.execute(sql)
        return answer.fetchall() if answer.description else []


def copy_into(backup: str) -> None:
    """What the killed worker has left of sessions is ended first: no database is copied while somebody is in it."""
    name = connection.settings_dict["NAME"]
    in_another(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    in_another(f'CREATE DATABASE "{backup}" TEMPLATE "{name}"')


def test_a_backup_from_the_middle_of_a_wave_sends_nothing_by_itself(
    processes: Processes, phones: Phones, backup: str
) -> None:
    fault = Fault("F19 restored from a backup of mid-wave")
    addresses = owed(size(24, 500))
    phones.serve(processes)
    phones.weather(seconds=0.1)
    worker = processes.worker()
    until(lambda: phones.taken().total() > 4, "burst", processes, meanwhile=lambda: nudge(tasks.sweep))
    processes.kill(worker)
    connections.close_all()
    copy_into(backup)
    phones.weather(seconds=0.0)
    calm_down(tasks.sweep, processes)
    told = phones.taken()
    assert told == Counter(addresses)

    processes.environment["DATABASE_URL"] = url_of_database().replace(
        connection.settings_dict["NAME"], backup
    )
    processes.worker()
    table = Notification._meta.db_table
    until(
        lambda: (
            not in_another(f"SELECT 1 FROM {table} WHERE state IN ('queued', 'claimed', 'unknown')", backup)
        ),
        "rest of the restored database",
        processes,
        meanwhile=lambda: nudge(tasks.sweep),
    )
    processes.end()
    left = in_another(f"SELECT count(*) FROM {table} WHERE state = 'review'", backup)
    assert in_another("SELECT scope FROM notifications_sendingswitch WHERE NOT is_on", backup) == [("all",)]
    assert phones.taken() == told, "the restored copy told somebody again"
    fault.add(told.total(), parked=int(str(left[0][0])))
