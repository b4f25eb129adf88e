"""The Django project: configuration, and the families' reports."""

from familylink.celery import app as celery_app

__all__ = ["celery_app"]
