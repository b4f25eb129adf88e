"""How a record is filed under its keys: the database itself keeps the table of keys true to the record's own list.

A record has a short number beside its UUID, since its keys are most of what a million records take up, and most of
what is read when others look for it.
"""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

_NUMBERED = """
    NEW.number := COALESCE({old}, nextval('{sequence}'));
    RETURN NEW;
"""
_FILED = """
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {keys} WHERE key = ANY(OLD.keys) AND number = OLD.number;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {keys} (key, number) SELECT DISTINCT unnest(NEW.keys), NEW.number;
    END IF;
    RETURN NULL;
"""


def filing_triggers(*, sequence: str, keys: str) -> list[pgtrigger.Trigger]:
    """Of a model with the columns `number` (from that sequence, and never another one) and `keys` (an array).
    Whatever writes a record files it: saving, copying in bulk, deleting."""
    return [
        pgtrigger.Trigger(
            name="numbered_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=_NUMBERED.format(old="NULL", sequence=sequence),
        ),
        pgtrigger.Trigger(
            name="keeps_its_number",
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf("number", "keys"),  # type: ignore[no-untyped-call]
            func=_NUMBERED.format(old="OLD.number", sequence=sequence),
        ),
        pgtrigger.Trigger(
            name="filed_under_its_keys",
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("keys") | pgtrigger.Delete,  # type: ignore[no-untyped-call]
            func=_FILED.format(keys=keys),
        ),
    ]


class FiledUnder(models.Model):
    """A keyed hash under which a missing person and a list entry may meet.

    The database alone writes it, from the record's own `keys`."""

    pk = models.CompositePrimaryKey("key", "number")
    key = models.IntegerField()
    number = models.IntegerField()

    class Meta:
        abstract = True
        verbose_name = _("blocking key")
        verbose_name_plural = _("blocking keys")

    def __str__(self) -> str:
        return str(self.key)
