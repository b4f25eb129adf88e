"""Reports of a provider in any order, five times, early and forged: the outcome is that of a model of one line."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import delivery
from notifications.models import Attempt, Receipt
from notifications.receipts import record_receipt
from notifications.settling import Ended, settle
from notifications.sms_simulator.reports import STRANGERS_SECRET, signature
from notifications.transports import memory
from notifications.transports.sms_gateway import is_signed
from tests.faults.table import Fault, size

from .conftest import owe, state

pytestmark = [pytest.mark.fault, pytest.mark.django_db]
REPORT = st.sampled_from(["sent", "delivered", "undelivered"])
RANK = {"accepted": 0, "undelivered": 1, "delivered": 2}
EXAMPLES = size(40, 2000)


@pytest.fixture(autouse=True, scope="module")
def line_of_the_table():
    fault = Fault("F13 reports shuffled, repeated, early, forged", EXAMPLES)
    yield
    fault.add(EXAMPLES)


def expected(reports: list[str]) -> str:
    """Delivered is never taken back; not delivered only by delivered."""
    words = ["accepted" if report == "sent" else report for report in reports]
    return max(["accepted", *words], key=RANK.__getitem__)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    early=st.lists(REPORT, max_size=3), late=st.lists(REPORT, max_size=6), forged=st.lists(REPORT, max_size=2)
)
def test_reports_in_any_order_end_where_the_model_says(early, late, forged) -> None:
    owed = owe(reference=str(uuid.uuid4()), to=f"+38050{uuid.uuid4().int % 10**7:07}")
    memory.reset()
    (opened,) = delivery.open_attempts(delivery.claim())
    reference = Attempt.objects.get(notification=owed).reference
    for report in early:
        tell(reference, report)
    settle([Ended(opened.attempt, delivery.hand_over(opened))])
    for report in forged:
        body = report.encode()
        assert not is_signed("agreed", "100", body, signature(STRANGERS_SECRET, "100", body), now=100)
    for report in late:
        tell(reference, report)
    assert state(owed) == expected([*early, *late])
    assert Receipt.objects.filter(attempt_reference=reference).count() == len({*early, *late})


def tell(reference: uuid.UUID, report: str) -> None:
    for _ in range(5):
        record_receipt(
            transport="memory",
            event_id=f"{reference}:{report}",
            reference=reference,
            status=Receipt.Status(report),
        )
