"""Celery wakes workers; it is never trusted to remember work: the row in PostgreSQL is the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylink.settings")

app = Celery("familylink")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
