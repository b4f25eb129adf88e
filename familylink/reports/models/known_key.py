"""Which keys this database has been used with, so that another one under the same id is noticed."""

from django.db import models
from django.db.models.functions import Now


class KnownKey(models.Model):
    """A key by its id (the index key has none), and a keyed hash that tells it from any other."""

    key_id = models.CharField(max_length=255, primary_key=True)
    fingerprint = models.BinaryField(max_length=32)
    known_since = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key_id
