"""What the staff may do: what their roles allow, once a second person has said whose the account is."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from familylink.reports import vouching


class RightsOfRoles(ModelBackend):
    """As Django's own, but for accounts that wait for somebody to vouch for them: those have no right yet."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Asked once for each request."""
        if not hasattr(user_obj, "_waits"):
            user_obj._waits = user_obj.is_active and not user_obj.is_superuser and vouching.waits(user_obj)
        return set() if user_obj._waits else super().get_all_permissions(user_obj, obj)

    def with_perm(self, *args: Any, **kwargs: Any) -> QuerySet[User]:
        """Whoever may now."""
        found: QuerySet[User] = super().with_perm(*args, **kwargs)
        return found.exclude(pk__in=vouching.waiting().exclude(is_superuser=True))
