"""EDGE: what families told us, for the staff who may see it. Every opened page is on record."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from familylink.damage import in_words, opens
from familylink.reports import intake
from familylink.reports.models import MissingPerson, PersonName, Sex
from familylink.reports.models.person import FACTS, PARTS, Known
from familylink.reports.privacy import record_view
from familylink.reports.records_admin import AccessRecordAdmin, AccountChangeAdmin
from familylink.staff import signed_in
from matching.engine import BirthDate, Name, NoName, NotADate, Person, profile

_DAMAGED: Any = gettext_lazy("Damaged: ask the family.")

# Django looks for pages of the desk in this module alone.
__all__ = ["AccessRecordAdmin", "AccountChangeAdmin", "MissingPersonAdmin", "names_told"]


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]
    birth_date = forms.CharField(
        label=gettext_lazy("Birth date"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("12.03.1987, 03.1987, 1987, 1985-1987; empty when not known."),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), choices=Sex.choices, required=False, widget=UnfoldAdminSelectWidget
    )

    place = forms.CharField(label=gettext_lazy("Place"), required=False, widget=UnfoldAdminTextInputWidget)
    unit = forms.CharField(
        label=gettext_lazy("Military unit"), required=False, widget=UnfoldAdminTextInputWidget
    )
    rank = forms.CharField(
        label=gettext_lazy("Military rank"), required=False, widget=UnfoldAdminTextInputWidget
    )

    # Asked only where something was lost: an empty field would else say that nobody knows it.
    is_unknown = forms.BooleanField(
        label=gettext_lazy("The family was asked: what stays empty is not known"),
        required=False,
        widget=UnfoldBooleanWidget,
    )

    class Meta:
        model = MissingPerson
        fields = ["birth_date", "sex", "place", "unit", "rank"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.lost():
            field = self.fields[name]
            field.help_text = format_html("<strong>{}</strong> {}", _DAMAGED, field.help_text)
        kept = self.initial.get("birth_date", "")
        self.initial["birth_date"] = BirthDate.parse(kept).in_figures

    def lost(self) -> list[str]:
        """The facts of which nothing can be read any more."""
        return [name for name in getattr(self.instance, "lost", ()) if name in self.Meta.fields]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for name in self.lost():
            if name in told and not told[name] and not told.get("is_unknown"):
                self.add_error(name, _DAMAGED)
        return told

    def clean_birth_date(self) -> str:
        try:
            return str(BirthDate.parse(self.cleaned_data["birth_date"]))
        except NotADate as error:
            raise forms.ValidationError(
                _("This is not a date: write day.month.year, or only a year.")
            ) from error


class NamesFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def get_queryset(self) -> Any:
        """What of a spelling is damaged stands there as the profile has it, or is empty, to be written anew."""
        spellings = super().get_queryset()
        for place, spelling in enumerate(spellings):
            if not opens(spelling, *PARTS):
                known = self.instance.known()
                spelling.take(_what_opens(spelling) if known.missing else known.facts.names[place])
        return spellings

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        names = tuple(
            Name(
                given=told["given_name"],
                **{key: told[key] for key in ("surname", "patronymic")},
                full=told["full_name"],
            )
            for told in kept
        )
        try:
            profile(Person(names=names))
        except NoName as error:
            raise forms.ValidationError(_("At least one name is needed.")) from error


def _what_opens(spelling: PersonName) -> Name:
    return Name(*(getattr(spelling, part) if opens(spelling, part) else "" for part in PARTS))


def names_told(formset: Any) -> tuple[Name, ...]:
    """The names on the page that are not crossed out, the main one first."""
    told = [form.cleaned_data for form in formset.forms if form.cleaned_data]
    kept = [name for name in told if not name.get("DELETE") and any(name[part] for part in PARTS)]
    return tuple(
        Name(*(name[part] for part in PARTS))
        for name in sorted(kept, key=lambda name: name["kind"] != PersonName.Kind.MAIN)
    )


class PersonNameInline(TabularInline):
    """The names have no pages and no rights of their own: whoever corrects the person corrects them."""

    model = PersonName
    formset = NamesFormSet  # type: ignore[assignment]  # unfold narrows it to its paginated one
    extra = 0
    hide_title = True
    fields = ["kind", "surname", "given_name", "patronymic", "full_name"]
    ordering = ["position"]

    def has_view_permission(self, request: HttpRequest, obj: MissingPerson | None = None) -> bool:
        return request.user.has_perm("reports.view_missingperson")

    def has_change_permission(self, request: HttpRequest, obj: MissingPerson | None = None) -> bool:
        return request.user.has_perm("reports.change_missingperson")

    has_add_permission = has_delete_permission = has_change_permission

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            field: Any = super().formfield_for_dbfield(db_field, request, label=_("what it is"), **kwargs)
        else:
            field = forms.CharField(
                label=db_field.verbose_name, required=False, widget=UnfoldAdminTextInputWidget
            )
        # The heading of a column names no field to a listener.
        field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


@admin.register(MissingPerson)
class MissingPersonAdmin(ModelAdmin):
    """Correct what a family told us. The person is matched anew against every list."""

    form = FactsForm
    inlines = [PersonNameInline]
    change_form_outer_before_template = "staff/damaged_person.html"  # type: ignore[assignment]  # read as a path

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # reached from a report, never as a list of people

    def changelist_view(  # type: ignore[override]  # it never renders a list
        self, request: HttpRequest, extra_context: dict[str, str] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:reports_report_changelist")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MissingPerson | None = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        _record(request, self.get_object(request, object_id))
        titled = {"title": _("Correct what a family told us"), "subtitle": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, titled)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """It tells what was changed, under the name of the person."""
        page = super().history_view(request, object_id, *args, **kwargs)
        _record(request, self.get_object(request, object_id))
        return page

    def get_object(self, *args: Any, **kwargs: Any) -> MissingPerson | None:
        """With the name for the page's heading; its title, which a browser keeps, has none. What is damaged is shown as
        the profile has it, or empty; nothing is kept before somebody saves it."""
        person = super().get_object(*args, **kwargs)
        if person is not None:
            known = person.known()
            person.take(known.facts)
            person.is_damaged, person.missing = known.is_damaged, _labels(known.missing)
            person.lost = known.missing
            person.in_heading = _heading(person, known)
        return person

    def get_fields(self, request: HttpRequest, obj: MissingPerson | None = None) -> list[Any]:
        """Whoever only reads is shown the values in words, not as they are kept."""
        told = list(FactsForm.Meta.fields)
        if not self.has_change_permission(request, obj):
            return ["born", "shown_sex", *told[2:]]
        return [*told, "is_unknown"] if {*told}.intersection(getattr(obj, "lost", ())) else told

    @admin.display(description=gettext_lazy("birth date"))
    def born(self, person: MissingPerson) -> str:
        return BirthDate.parse(person.birth_date).in_figures or "-"

    @admin.display(description=gettext_lazy("sex"))
    def shown_sex(self, person: MissingPerson) -> str:
        return str(Sex(person.sex).label)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Names are written by the one function that also renews keys and profile."""
        facts = Person(
            names=names_told(formset),
            birth=BirthDate.parse(form.cleaned_data["birth_date"]),
            sex=form.cleaned_data["sex"],
            place=form.cleaned_data["place"],
            unit=form.cleaned_data["unit"],
            rank=form.cleaned_data["rank"],
        )
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        with transaction.atomic():
            intake.change_person(form.instance.pk, facts)

    def response_change(self, request: HttpRequest, obj: MissingPerson) -> HttpResponse:
        """By the number that staff and family know: the framework would name the person by an id."""
        reports = obj.reports.order_by("filed_at").values_list("reference", flat=True)
        said = _("%(report)s: what the family told is corrected.") % {"report": ", ".join(reports)}
        self.message_user(request, said, messages.SUCCESS)
        if "_continue" in request.POST:
            return redirect(request.path)
        return self.response_post_save_change(request, obj)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Nothing yet: facts and names are one change, made with the names below."""


def _labels(facts: Iterable[str]) -> list[str]:
    fields: dict[str, Any] = {name: MissingPerson._meta.get_field(name) for name in FACTS}
    return [str({"names": PersonName._meta, **fields}[name].verbose_name) for name in facts]


def _heading(person: MissingPerson, known: Known) -> str:
    if known.facts.names:
        return PersonName().take(known.facts.names[0]).text
    return in_words(person) if "names" in known.missing else _("erased, as the family wished")


def _record(request: HttpRequest, subject: models.Model | None) -> None:
    if subject is not None:
        record_view(signed_in(request), subject)
