"""What was done to a list is on its wave's timeline, in the transaction that did it."""

from django.contrib.auth.models import User

from matching.models import EventKind, SourceList, WaveEvent


def note_event(kind: EventKind, source_list: SourceList, by: User | None, **numbers: int) -> None:
    """Counts and ids only."""
    WaveEvent.objects.create(
        wave_id=source_list.wave_id, source_list=source_list, kind=kind, by=by, numbers=numbers
    )
