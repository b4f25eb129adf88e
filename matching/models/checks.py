"""Which lists the families that wished it have heard about."""

from django.db import models
from django.db.models.functions import Now

from matching.models.source_list import SourceList


class ChecksTold(models.Model):
    """The families that want to hear after each wave are owed their message about this list."""

    source_list = models.OneToOneField(SourceList, primary_key=True, on_delete=models.PROTECT)
    told_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.source_list_id)
