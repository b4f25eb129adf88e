"""Messages that leave for a memory, where a test asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from notifications.transports import memory

MEMORY = "notifications.transports.memory.MemoryTransport"


@pytest.fixture
def sending(settings: Any) -> Iterator[None]:
    """What is owed leaves when somebody delivers, and is found in `memory.sent`."""
    settings.SENDING = "send"
    settings.TRANSPORTS = {"sms": [MEMORY], "email": [MEMORY]}
    memory.reset()
    yield
    memory.reset()
