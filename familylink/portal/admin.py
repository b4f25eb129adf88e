"""EDGE: a report as the staff may see it, and the way in for one that was told by telephone or on paper."""

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline

from familylink.damage import in_words, opens
from familylink.portal import on_behalf
from familylink.portal.addresses import masked
from familylink.portal.drafts import ENTER
from familylink.portal.questions import ABOUT
from familylink.portal.telling import Telling
from familylink.reports import intake
from familylink.reports.models import Consent, Contact, MissingPerson, Picture, Report
from familylink.reports.models.report import number_index
from familylink.reports.privacy import record_view
from familylink.reports.proof import met_a_stranger
from familylink.staff import signed_in
from notifications import reasons, recipients


class ReadInline(TabularInline):
    extra = 0
    hide_title = True
    max_num = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        # They are parts of it, and have no pages of their own.
        return request.user.has_perm("reports.view_report")


class ContactInline(ReadInline):
    """Whether an address is proven, and of the address itself only what tells two of them apart: more is not needed to
    decide anything."""

    model = Contact
    readonly_fields = ["channel", "ending", "confirmed_at", "may_be_told", "said_there", "stopped_at"]
    fields = readonly_fields  # type: ignore[assignment]  # the stubs ask for a wider list

    @admin.display(description=gettext_lazy("address, shortened"))
    def ending(self, contact: Contact) -> str:
        return masked(contact.address) if opens(contact, "address") else "-"

    @admin.display(description=gettext_lazy("news may go there"), boolean=True)
    def may_be_told(self, contact: Contact) -> bool:
        return contact.is_proven_lately and contact.stopped_at is None and not _said_there(contact)

    @admin.display(description=gettext_lazy("what was said there"))
    def said_there(self, contact: Contact) -> str:
        return reasons.in_words(_said_there(contact)) or "-"


def _said_there(contact: Any) -> str:
    """The reason for which a message would not leave: their stop, a stranger's word, or that a caller met one. Two
    columns show it, and the page asks for it once."""
    if not hasattr(contact, "found_said"):
        contact.found_said = _looked_up(contact)
    said: str = contact.found_said
    return said


def _looked_up(contact: Contact) -> str:
    if not opens(contact, "address"):
        return ""
    address = (contact.channel, contact.address)
    stopped = recipients.why_stopped([address]).get(address, "")
    return stopped or (reasons.STRANGER_MET if met_a_stranger([contact]) else "")


class ConsentInline(ReadInline):
    model = Consent
    readonly_fields = ["purpose", "version", "language", "told_how", "given_at", "withdrawn_at"]
    fields = readonly_fields  # type: ignore[assignment]  # the same


class StuckFilter(admin.SimpleListFilter):
    """Whom the matching has failed on again and again: a technician must look."""

    title = gettext_lazy("matching")
    parameter_name = "matching"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stuck", gettext_lazy("could not be matched"))]

    def queryset(self, request: HttpRequest, reports: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() != "stuck":
            return reports
        return reports.filter(missing_person__in=MissingPerson.objects.stuck())


@admin.register(Report)
class ReportAdmin(ModelAdmin):
    list_display = ["reference", "relation", "language", "source", "filed_at", "is_open"]
    list_filter = [
        "source",
        "language",
        "relation",
        ("withdrawn_at", admin.EmptyFieldListFilter),
        "missing_person__is_too_common",
        StuckFilter,
    ]
    search_fields = ["reference__iexact"]
    search_help_text = gettext_lazy("The reference number, or the whole number at the source")
    readonly_fields = [
        "reference",
        "code_word",
        "person_page",
        "is_too_common",
        "relation",
        "reporter_name",
        "circumstances",
        "what_they_told",
        "given_pictures",
        "language",
        "source",
        "source_reference",
        "told_how",
        "entered_for_them_by",
        "consented_at",
        "consent_version",
        "filed_at",
        "withdrawn_at",
    ]
    fields = readonly_fields  # type: ignore[assignment]  # the stubs ask for a wider list
    inlines = [ContactInline, ConsentInline]
    change_form_outer_before_template = "portal/lost_at_desk.html"  # type: ignore[assignment]  # read as a path

    @admin.display(description=gettext_lazy("entered by"))
    def entered_for_them_by(self, report: Report) -> str:
        """By name: the framework links an account that most may not open."""
        return str(report.entered_by or "-")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Report], search_term: str
    ) -> tuple[QuerySet[Report], bool]:
        """The number at the source is sealed: it is found by its keyed hash, whole."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if number := number_index(search_term.strip()):
            found |= queryset.filter(number_index=number)
        return found, may_have_duplicates

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<uuid:report_id>/pictures/<uuid:picture_id>/",
                self.admin_site.admin_view(self.picture_view),
                name="reports_report_picture",
            ),
            path(
                "<uuid:report_id>/code-word/",
                self.admin_site.admin_view(self.code_word_view),
                name="reports_report_code_word",
            ),
            path(
                "<uuid:report_id>/told-again/",
                self.admin_site.admin_view(self.told_again_view),
                name="reports_report_told_again",
            ),
        ]
        return [*own, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        # What a family told us is read here; the facts compared are corrected on the person's page.
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ENTER)

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A report that somebody tells us: how, and in which language; then the families' own questions."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._on_behalf(request, _("Enter a report that somebody tells us"))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if report := self.get_object(request, object_id):
            record_view(signed_in(request), report)
        return super().change_view(request, object_id, *args, **kwargs)

    def code_word_view(self, request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
        """In the place of one that is damaged; whoever enters reports may give it."""
        if not (self.has_view_permission(request) and request.user.has_perm(ENTER)):
            raise PermissionDenied
        report = get_object_or_404(Report, pk=report_id)
        if request.method == "POST" and intake.renew_code_word(report):
            self.log_change(request, report, "new_code_word")
            self.message_user(request, _("There is a new code word: tell it to the family."))
        return redirect("admin:reports_report_change", report.pk)

    def told_again_view(self, request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
        """What a family told and is damaged, asked anew; whoever enters reports may write it down."""
        if not (self.has_view_permission(request) and request.user.has_perm(ENTER)):
            raise PermissionDenied
        report = get_object_or_404(Report, pk=report_id)
        if report.withdrawn_at is not None or not report.is_telling_lost:
            return redirect("admin:reports_report_change", report.pk)
        record_view(signed_in(request), report)
        return self._on_behalf(request, _("Write down again what the family tells"), mended=report)

    def _on_behalf(self, request: HttpRequest, title: str, *, mended: Report | None = None) -> HttpResponse:
        initial = {"language": mended.language} if mended else {}
        form = on_behalf.OnBehalfForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            return on_behalf.begin(request, form, signed_in(request), mended=mended)
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        context = {**shared, "title": title, "form": form, "mended": mended}
        return TemplateResponse(request, "portal/on_behalf.html", context)

    def picture_view(self, request: HttpRequest, report_id: uuid.UUID, picture_id: uuid.UUID) -> HttpResponse:
        """One photo or document, as we wrote it anew; whoever looks is on record."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        picture = get_object_or_404(Picture, pk=picture_id, report=report_id)
        record_view(signed_in(request), picture)
        return HttpResponse(picture.content, content_type="image/jpeg")

    @admin.display(description=gettext_lazy("open"), boolean=True)
    def is_open(self, report: Report) -> bool:
        return report.withdrawn_at is None

    @admin.display(description=gettext_lazy("too common a name"), boolean=True)
    def is_too_common(self, report: Report) -> bool:
        return report.missing_person.is_too_common

    @admin.display(description=gettext_lazy("missing person"))
    def person_page(self, report: Report) -> SafeString:
        url = reverse("admin:reports_missingperson_change", args=[report.missing_person_id])
        name = report.missing_person.names.order_by("position").first()
        return format_html('<a class="desk-link" href="{}">{}</a>', url, name.text if name else "—")

    @admin.display(description=gettext_lazy("every answer, as typed"))
    def what_they_told(self, report: Report) -> SafeString | str:
        if not opens(report, "answers"):
            return in_words(report)
        sections = Telling(report.answers or {}, ABOUT).sections(set())
        return render_to_string("portal/told.html", {"sections": sections})

    @admin.display(description=gettext_lazy("pictures"))
    def given_pictures(self, report: Report) -> SafeString | str:
        shown = [
            (
                reverse("admin:reports_report_picture", args=[report.pk, picture.pk]),
                picture.get_kind_display(),
            )
            for picture in report.pictures.defer("content").order_by("kind", "given_at")
        ]
        return (
            format_html_join(
                " ", '<a href="{0}"><img src="{0}" alt="{1}" width="240" loading="lazy"></a>', shown
            )
            or "—"
        )
