"""A correction that was closed before closing set its call right too: nobody is to be called a second time."""

from django.conf import settings
from django.db import migrations
from django.db.models import Q


def set_right(apps, schema_editor):
    """Close the calls about news taken back of which somebody has spoken to the family since."""
    corrections = apps.get_model("matching", "Correction").objects
    follow_ups = apps.get_model("notifications", "FollowUp").objects
    waiting = follow_ups.filter(closed_at=None, call_reason="taken_back", reference__startswith="news-report-")
    for follow_up in waiting:
        report_id = follow_up.reference[12:48]
        about = corrections.filter(
            Q(report_id=report_id) | Q(report=None, match__missing_person__reports=report_id)
        )
        if about.filter(settled_at=None).exists():
            continue
        told = about.filter(settled_at__gte=follow_up.call_since).order_by("-settled_at").first()
        if told and told.settled_by_id:
            follow_ups.filter(pk=follow_up.pk).update(
                closed_at=told.settled_at, closed_by_id=told.settled_by_id, outcome="call"
            )


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0027_sheets_are_sealed"),
        ("notifications", "0009_a_call_that_was_begun"),
        ("reports", "0020_what_roles_may"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(set_right, migrations.RunPython.noop)]
