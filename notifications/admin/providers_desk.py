"""What providers tell of our messages, which of them work, and their own lists beside ours; the demo's phones.

Nothing is edited. The sink's messages are the demo's: they reached no real person.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from familylink.staff import ReadOnly
from notifications.admin.shared import Headed
from notifications.admin.words import came
from notifications.models import Circuit, Receipt, Reconciliation, SunkMessage


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["attempt_reference", "transport", "status", "detail", "is_orphan", "received_at"]
    list_filter = ["transport", "status", "is_orphan"]
    ordering = ["-received_at"]


@admin.register(Circuit)
class CircuitAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A provider that takes nothing any more is left alone for a minute at a time; messages wait, or go another way."""

    list_display = ["transport", "works", "failures", "open_until", "changed_at"]
    list_display_links = None
    ordering = ["transport"]

    @admin.display(description=_("takes messages"), boolean=True)
    def works(self, circuit: Circuit) -> bool:
        return circuit.open_until is None


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Neither of the last two numbers may be anything but 0."""

    list_display = ["compared_at", "transport", "theirs", "foreign", "missing"]
    list_display_links = None
    list_filter = ["transport"]
    ordering = ["-compared_at"]


@admin.register(SunkMessage)
class SunkMessageAdmin(Headed, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """What the demo's phones and mailboxes received, newest first."""

    list_display = ["received_at", "channel", "to", "subject", "body"]
    list_filter = ["channel"]
    ordering = ["-received_at"]
    list_per_page = 50
    fields = ["received_at", "channel", "to", "subject", "body", "attempt_reference"]

    def heading(self, sunk: SunkMessage) -> str:
        return came(sunk)
