"""Staff accounts, in the admin's own look."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

ROLE_NAMES = {
    "intake": _("intake"),
    "reviewers": _("reviewers"),
    "leads": _("leads"),
    "importers": _("importers"),
    "auditors": _("auditors"),
    "administrators": _("administrators"),
}
ROLES_IN_WORDS = {
    "intake": _("enters reports told by telephone or on paper, and puts right what a family told"),
    "reviewers": _("decides on pairs, as one of two people; calls families"),
    "leads": _("settles disagreements, lowers flags, opens corrections, holds and releases messages"),
    "importers": _("receives lists and commits them; sees no family"),
    "auditors": _("reads who did what and when; changes nothing"),
    "administrators": _("opens accounts and gives roles; stops all sending; sees nobody's data"),
}
OWN_RIGHTS = {
    "decide_match": _("decide whether a pair is one person"),
    "lead_match": _("settle disagreements, corrections and flags"),
    "commit_sourcelist": _("commit a list, which starts the matching"),
    "settle_correction": _("settle that a family was told of a correction"),
    "vouch_account": _("say whose an account is, as the second person"),
    "switch_calibration": _("switch a calibration on and off, with a second person"),
    "record_call": _("see whom to call, and record calls"),
    "view_text": _("read the text of messages"),
    "settle_notification": _("release held messages, and settle those that wait for a person"),
    "approve_template": _("approve and retire wordings"),
    "enter_report": _("enter what a family tells by telephone or on paper"),
}
DEEDS = {"view": _("see"), "add": _("add"), "change": _("change"), "delete": _("delete")}

admin.site.unregister(User)
admin.site.unregister(Group)


class RoleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The roles, each with what it is for."""

    def label_from_instance(self, obj: Any) -> str:
        words = ROLES_IN_WORDS.get(obj.name)
        return f"{role_name(obj.name)}: {words}" if words else str(obj)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    # Rights come by role only: a permission given to one person is one that nobody remembers.
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Role"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """An administrator opens accounts for others: neither every right of the service, nor a role of their own."""
        if request.user.is_superuser:
            return []
        return ["is_superuser", "own_roles"] if obj == request.user else ["is_superuser"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """One's own roles are read, in words, and nothing of the form could change them."""
        told = super().get_fieldsets(request, obj)
        if "own_roles" not in self.get_readonly_fields(request, obj):
            return told
        return [
            (title, {"fields": ["own_roles" if name == "groups" else name for name in part["fields"]]})
            for title, part in told
        ]

    @admin.display(description=_("Role"))
    def own_roles(self, user: User) -> str:
        return ", ".join(role_name(group.name) for group in user.groups.all()) or "-"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who may do everything is nobody's to change who may not: a new password would make them that person."""
        may = super().has_change_permission(request, obj)
        return may and (request.user.is_superuser or obj is None or not obj.is_superuser)

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        told = {"widget": forms.CheckboxSelectMultiple, "form_class": RoleChoice}
        return super().formfield_for_manytomany(*args, **{**kwargs, **told})


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    list_display = ["role", "in_words"]
    fields = ["role", "in_words", "rights"]
    readonly_fields = ["role", "in_words", "rights"]

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """With its name in words for the page's heading."""
        group: Any = super().get_object(*args, **kwargs)
        if group is not None:
            group.in_heading = role_name(group.name)
        return group

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_name(group.name)

    @admin.display(description=_("what this role is for"))
    def in_words(self, group: Group) -> str:
        return str(ROLES_IN_WORDS.get(group.name, "—"))

    @admin.display(description=_("rights"))
    def rights(self, group: Group) -> SafeString:
        found = group.permissions.select_related("content_type")
        paths = ((f"{right.content_type.app_label}.{right.codename}", right.name) for right in found)
        return format_html_join("", "<div>{}</div>", ((right_in_words(*told),) for told in paths))


def role_name(name: str) -> str:
    """A role in the reader's language; a group of somebody else's as it was named."""
    return str(ROLE_NAMES.get(name, name))


def right_in_words(path: str, named: str = "") -> str:
    """A right ("matching.view_match") in the reader's language; one that is nobody's here as it was named."""
    label, _dot, codename = path.partition(".")
    if codename in OWN_RIGHTS:
        return str(OWN_RIGHTS[codename])
    deed, _line, model = codename.partition("_")
    known = apps.all_models[label].get(model) if deed in DEEDS else None
    return f"{DEEDS[deed]}: {known._meta.verbose_name}" if known else named or path
