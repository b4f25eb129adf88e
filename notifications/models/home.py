"""Where this database lives, so that a copy of it notices that it is one."""

from django.db import models


class Home(models.Model):
    """The one row names the cluster, its timeline, the database that messages leave from, and who wrote the row."""

    place = models.CharField(max_length=80)
    singleton = models.BooleanField(default=True, unique=True, editable=False)

    def __str__(self) -> str:
        return self.place
