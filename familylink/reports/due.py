"""DO: what comes with time alone. Every step may run twice, late, or in two places at once."""

from django.db import transaction

from familylink.reports.models import Draft, Picture

AT_ONCE = 200


@transaction.atomic
def forget_next_drafts() -> bool:
    """Delete some drafts whose day is over, with the pictures that no report took over; False when none is left."""
    over = Draft.objects.over().select_for_update(skip_locked=True)
    drafts = list(over.values_list("pk", flat=True)[:AT_ONCE])
    Picture.objects.filter(draft__in=drafts, report=None).delete()
    Draft.objects.filter(pk__in=drafts).delete()
    return bool(drafts)
