"""An account that an administrator has opened, given a role or a new password may do nothing until a second person says
whose it is: else one person alone could be both of those who decide on a pair, and read what families told.

What a superuser does, or who has the server's shell, needs nobody else: they can do everything anyway.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from familylink import whence
from familylink.reports.models import AccountChange

VOUCH = "reports.vouch_account"
COULD, COULD_NOT = AccountChange.What.EVERYTHING, AccountChange.What.NO_LONGER
_MADE = (AccountChange.What.OPENED, AccountChange.What.GIVEN, AccountChange.What.PASSWORD)


class NotForYou(Exception):
    """Who made the account, whose it is, or who may not vouch at all; or it waits for nobody any more."""


def waiting() -> QuerySet[User]:
    """The accounts for which a second person has not vouched since somebody else changed them."""
    return User.objects.filter(Exists(_unvouched().filter(account=OuterRef("pk"))), is_active=True)


def waits(account: User) -> bool:
    """Whether this one does."""
    return _unvouched().filter(account=account).exists()


def makers(account: User) -> QuerySet[User]:
    """Who made it what it is since somebody last vouched for it: none of them can be the second person."""
    return User.objects.filter(pk__in=_unvouched().filter(account=account).values("by"))


@transaction.atomic
def vouch(account_id: int, *, by: User) -> User:
    """A second person says whose account it is, and it may do what its roles may. Raises NotForYou."""
    account = User.objects.select_for_update().filter(pk=account_id).first()
    is_his_own = account is not None and (account == by or by in makers(account))
    if account is None or is_his_own or not by.has_perm(VOUCH) or not waits(account):
        raise NotForYou
    AccountChange.objects.create(
        account=account, what=AccountChange.What.VOUCHED, by=by, from_where=whence.mark()
    )
    return account


def _unvouched() -> QuerySet[AccountChange]:
    by_another = AccountChange.objects.filter(what__in=_MADE).exclude(by=None).exclude(by=F("account"))
    # What they could do then, not now: by the change before it, or the next one, or where there is none, as it is.
    theirs = AccountChange.objects.filter(account=OuterRef("by"), what__in=(COULD, COULD_NOT))
    before = theirs.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("what")[:1]
    after = theirs.filter(pk__gt=OuterRef("pk")).order_by("pk").values("what")[:1]
    by_another = by_another.alias(before=Subquery(before), after=Subquery(after)).filter(
        Q(before=COULD_NOT) | Q(before=None, after=COULD) | Q(before=None, after=None, by__is_superuser=False)
    )
    later = AccountChange.objects.filter(
        account=OuterRef("account"), what=AccountChange.What.VOUCHED, pk__gt=OuterRef("pk")
    )
    return by_another.exclude(Exists(later))
