"""ASK: what the staff did with people's data is on record."""

from django.contrib.auth.models import User
from django.db import models

from familylink.reports.models import AccessRecord


def record_view(viewer: User, subject: models.Model) -> None:
    """Note that this member of staff opened this page about a person. Written before the page is shown."""
    AccessRecord.objects.create(viewer=viewer, subject=subject._meta.label_lower, subject_id=subject.pk)
