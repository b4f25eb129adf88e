"""How often something was asked for lately, by a keyed hash of who asked: no address is kept."""

from django.db import models


class Tally(models.Model):
    """One count within one window of time; over when the window is."""

    key = models.BinaryField(max_length=32, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
