"""The wordings: written on a form that says what may not stand in them, approved by two, retired by one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from familylink.staff import signed_in
from notifications import lint, wording
from notifications.admin.one_by_one import one_by_one
from notifications.admin.shared import Headed, by_name
from notifications.admin.words import MESSAGES
from notifications.messages import KINDS, longest_values, preview, sms_parts
from notifications.models import Template


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version. The same wording twice is a mistake that the lint does not see; two people will."""

    message = forms.ChoiceField(
        label=_("message"), choices=[(key, MESSAGES[key]) for key in KINDS], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Template
        fields = ["message", "language", "channel", "subject", "text"]

    def clean(self) -> dict[str, Any]:
        wanted: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in lint.problems(**{name: wanted[name] for name in self.Meta.fields}):
                self.add_error("text", problem)
        return wanted


@admin.register(Template)
class TemplateAdmin(Headed, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    form = TemplateForm
    list_display = [
        "shown_message",
        "language",
        "channel",
        "version",
        "is_shipped",
        "approved_at",
        "retired_at",
        "approvers",
    ]
    list_select_related = ["first_approver", "second_approver"]
    list_filter = ["message", "language", "channel", "is_shipped"]
    ordering = ["message", "language", "channel", "-version"]
    actions = ["approve", "retire"]
    author = by_name("written_by", _("written by"))

    def get_fields(self, request: HttpRequest, obj: Template | None = None) -> list[Any]:
        shown = ["version", "digest", "looks_like", "parts", "author", "approved_at", "retired_at"]
        told = TemplateForm.Meta.fields
        return ["shown_message", *told[1:], *shown] if obj else told

    def heading(self, template: Template) -> str:
        spoken = [template.get_channel_display(), template.get_language_display(), template.version]
        return ", ".join(map(str, [self.shown_message(template), *spoken]))

    def has_change_permission(self, request: HttpRequest, obj: Template | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Template | None = None) -> bool:
        return False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.approve_template")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = wording.propose(
            **{name: form.cleaned_data[name] for name in TemplateForm.Meta.fields}, by=signed_in(request)
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    @admin.display(description=_("message"), ordering="message")
    def shown_message(self, template: Template) -> str:
        return str(MESSAGES.get(template.message, template.message))

    @admin.display(description=_("approved by"))
    def approvers(self, template: Template) -> str:
        both = (template.first_approver, template.second_approver)
        return ", ".join(str(one) for one in both if one) or "-"

    @admin.display(description=_("with the longest values"))
    def looks_like(self, template: Template) -> str:
        return preview(template.text, longest_values(template.message, template.language))

    @admin.display(description=_("SMS parts"))
    def parts(self, template: Template) -> str:
        return str(sms_parts(self.looks_like(template))) if template.channel == "sms" else "-"

    @admin.action(description=_("Approve (two people)"), permissions=["approve"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Template]) -> None:
        def approved(template: Template) -> tuple[int, Any]:
            try:
                in_force = wording.approve(template.pk, by=signed_in(request))
            except wording.AlreadyApproved:
                return messages.ERROR, _("You have approved it already, or it is decided.")
            self.log_change(request, template, "approve")
            if in_force:
                return messages.INFO, _("In force now.")
            return messages.INFO, _("Recorded: a second, different person must approve it.")

        for _template, (level, said) in one_by_one(request, chosen, approved, self.heading):
            self.message_user(request, said, level)

    @admin.action(description=_("Retire at once"), permissions=["approve"])
    def retire(self, request: HttpRequest, chosen: QuerySet[Template]) -> None:
        def retired(template: Template) -> None:
            if wording.retire(template.pk):
                self.log_change(request, template, "retire")

        if one_by_one(request, chosen, retired, self.heading):
            self.message_user(request, _("No message made from it leaves any more."))
