"""Ids as an address or a form tells them: whatever is none is the id of nothing."""

import uuid


def uuid_in(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
