"""EDGE: who of the staff looked at whom, what changed in accounts, and the word of a second person for one."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from familylink import whence
from familylink.admin import right_in_words, role_name
from familylink.reports import vouching
from familylink.reports.models import AccessRecord, AccountChange
from familylink.staff import ReadOnly, signed_in


class SubjectFilter(admin.AllValuesFieldListFilter):
    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": subject_in_words(str(choice["display"]))}


class RecordAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A record that the database only adds to: shown, never made or changed here."""

    list_display_links = None  # the list tells all of it

    @admin.display(description=gettext_lazy("network"))
    def network(self, record: AccessRecord | AccountChange) -> str:
        return whence.in_words(record.from_where) or "-"


@admin.register(AccountChange)
class AccountChangeAdmin(RecordAdmin):
    list_display = ["changed_at", "account", "what", "in_role", "right", "by", "network"]
    list_filter = ["what", "account"]
    list_select_related = ["account", "by"]

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.waiting_view)
        return [path("waiting/", page, name="reports_accountchange_waiting"), *super().get_urls()]

    def waiting_view(self, request: HttpRequest) -> HttpResponse:
        """The accounts that wait for a second person, and the word of one."""
        if not request.user.has_perm(vouching.VOUCH):
            raise PermissionDenied
        if request.method == "POST":
            self._vouch(request)
            return redirect("admin:reports_accountchange_waiting")
        me = signed_in(request)
        accounts = [
            (
                account,
                ", ".join(role_name(group.name) for group in account.groups.all()),
                made_by,
                me in made_by,
            )
            for account in vouching.waiting().prefetch_related("groups")
            for made_by in [list(vouching.makers(account))]
        ]
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "accounts": accounts}
        title = _("Accounts that wait for a second person")
        return TemplateResponse(request, "staff/waiting_accounts.html", {**shared, "title": title})

    def _vouch(self, request: HttpRequest) -> None:
        told = request.POST.get("account", "")
        try:
            account = vouching.vouch(int(told) if told.isdecimal() else 0, by=signed_in(request))
        except vouching.NotForYou:
            messages.error(request, _("Nothing was changed: another person must say whose this account is."))
        else:
            messages.success(request, _("%(name)s may begin.") % {"name": account})

    @admin.display(description=gettext_lazy("role"), ordering="role", empty_value="-")
    def in_role(self, change: AccountChange) -> str | None:
        return role_name(change.role) or None

    @admin.display(description=gettext_lazy("right"), ordering="permission", empty_value="-")
    def right(self, change: AccountChange) -> str | None:
        return right_in_words(change.permission) if change.permission else None


@admin.register(AccessRecord)
class AccessRecordAdmin(RecordAdmin):
    list_display = ["viewed_at", "viewer", "shown_subject", "subject_id", "network"]
    list_filter = [("subject", SubjectFilter), "viewer"]

    @admin.display(description=gettext_lazy("what"), ordering="subject")
    def shown_subject(self, record: AccessRecord) -> str:
        return subject_in_words(record.subject)


def subject_in_words(label: str) -> str:
    """The name of the model that a record was about ("reports.report"); anything else as it is."""
    known = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}
    return str(known.get(label, label))
