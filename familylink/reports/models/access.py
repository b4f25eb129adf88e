"""Who of the staff looked at whom, and who was given which rights: only ever added."""

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink import whence
from familylink.kept import only_added


class AccessRecord(models.Model):
    """One view of a person's data by one member of staff. The database refuses to change or delete it."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("viewer")
    )
    subject = models.CharField(_("what"), max_length=40)
    subject_id = models.UUIDField(_("id"))
    viewed_at = models.DateTimeField(_("viewed at"), db_default=Now())
    from_where = models.BinaryField(max_length=whence.MARK_BYTES, null=True, default=whence.mark)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-viewed_at"]
        indexes = [models.Index(fields=["subject_id", "viewed_at"], name="views_of_a_subject")]
        triggers = [
            pgtrigger.Protect(name="access_is_only_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class AccountChange(models.Model):
    """One change of what a member of staff or a whole role may do, or of how somebody signs in.

    The database writes it, whoever changes.
    """

    class What(models.TextChoices):
        GIVEN = "given", _("role given")
        TAKEN = "taken", _("role taken away")
        OPENED = "opened", _("account opened")
        CLOSED = "closed", _("account closed")
        EVERYTHING = "everything", _("may do everything")
        NO_LONGER = "no_longer", _("may no longer do everything")
        PASSWORD = "password", _("new password")
        ALLOWED = "allowed", _("right given to a role")
        FORBIDDEN = "forbidden", _("right taken from a role")
        VOUCHED = "vouched", _("a second person says whose it is")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    # By name: the history outlives the role.
    role = models.CharField(_("role"), max_length=150, blank=True)
    permission = models.CharField(_("right"), max_length=201, blank=True, db_default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    from_where = models.BinaryField(max_length=whence.MARK_BYTES, null=True)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())

    class Meta:
        permissions = [("vouch_account", "Can say whose an account is, as the second person")]
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, permission="") | (Q(account=None) & ~Q(permission="")),
                name="a_change_is_of_an_account_or_of_what_a_role_may",
            )
        ]
        triggers = only_added("account_changes")

    def __str__(self) -> str:
        return " ".join(
            str(part) for part in (self.account_id, self.what, self.role, self.permission) if part
        )


def _written(account: str, what: str, role: str = "''", permission: str = "''") -> str:
    """SQL that adds one row, with what the middleware has told of whoever does it (familylink/whence.py)."""
    return f"""
    INSERT INTO reports_accountchange (account_id, what, role, permission, by_id, from_where)
        VALUES ({account}, {what}, {role}, {permission},
        nullif(current_setting('familylink.by', true), '')::int,
        decode(nullif(current_setting('familylink.from_where', true), ''), 'hex'));"""  # noqa: S608 -- our own words


def _on_record(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=operation, func=f"{func}\n    RETURN NULL;"
    )


def _role(row: str) -> str:
    return f"(SELECT name FROM auth_group WHERE id = {row}.group_id)"  # noqa: S608 -- our own words


class Membership(User.groups.through):  # type: ignore[name-defined,misc]  # made by the framework
    """Who has which role: every change is on record, whatever makes it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _on_record("role_given", pgtrigger.Insert, _written("NEW.user_id", "'given'", _role("NEW"))),
            _on_record("role_taken", pgtrigger.Delete, _written("OLD.user_id", "'taken'", _role("OLD"))),
        ]


def _permission(row: str) -> str:
    return f"""(SELECT app_label || '.' || codename FROM auth_permission
        JOIN django_content_type ON django_content_type.id = content_type_id
        WHERE auth_permission.id = {row}.permission_id)"""  # noqa: S608 -- our own words


class RoleRight(Group.permissions.through):  # type: ignore[name-defined,misc]  # made by the framework
    """What a role may do: every change is on record, whatever makes it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _on_record(
                "right_given",
                pgtrigger.Insert,
                _written("NULL", "'allowed'", _role("NEW"), _permission("NEW")),
            ),
            _on_record(
                "right_taken",
                pgtrigger.Delete,
                _written("NULL", "'forbidden'", _role("OLD"), _permission("OLD")),
            ),
        ]


class Account(User):
    """Whether somebody may sign in, may do everything, and has a new password: every change is on record."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _on_record(
                "account_opened",
                pgtrigger.Insert,
                f"""{_written("NEW.id", "'opened'")}
    IF NEW.is_superuser THEN {_written("NEW.id", "'everything'")}
    END IF;""",
            ),
            _on_record(
                "account_changed",
                pgtrigger.Update,
                f"""
    IF NEW.is_active <> OLD.is_active OR NEW.is_staff <> OLD.is_staff THEN
        {_written("NEW.id", "CASE WHEN NEW.is_active AND NEW.is_staff THEN 'opened' ELSE 'closed' END")}
    END IF;
    IF NEW.is_superuser <> OLD.is_superuser THEN
        {_written("NEW.id", "CASE WHEN NEW.is_superuser THEN 'everything' ELSE 'no_longer' END")}
    END IF;
    IF NEW.password <> OLD.password THEN {_written("NEW.id", "'password'")}
    END IF;""",
            ),
        ]
