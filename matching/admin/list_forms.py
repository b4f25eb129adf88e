"""What the staff may say of a list: what it is, how to read it, which column is what."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from familylink.damage import in_words, opens
from matching import lists
from matching.models import TRUSTED, ListKind, Reliability, SourceList, Wave

FIELD_NAMES = {
    "full_name": gettext_lazy("full name"),
    "surname": gettext_lazy("surname"),
    "given": gettext_lazy("given name"),
    "patronymic": gettext_lazy("patronymic"),
    "other_names": gettext_lazy("other spellings"),
    "birth_date": gettext_lazy("birth date"),
    "age": gettext_lazy("age"),
    "sex": gettext_lazy("sex"),
    "place": gettext_lazy("place"),
    "unit": gettext_lazy("military unit"),
    "rank": gettext_lazy("rank"),
    "callsign": gettext_lazy("callsign"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("number"),
    "report_id": gettext_lazy("report number"),
}
DELIMITERS = {",": ",", ";": ";", "\t": gettext_lazy("tab"), "|": "|"}
PASTED_NAME = "pasted.txt"


class ListChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Lists to choose from. Two of one source and wave are told apart by when they came, as which file, how long."""

    def label_from_instance(self, obj: Any) -> str:
        count = ngettext("%(count)d entry", "%(count)d entries", obj.entry_count)
        return _("%(list)s: received %(day)s, %(file)s, %(entries)s") % {
            "list": obj,
            "day": date_format(localtime(obj.received_at), "DATETIME_FORMAT"),
            "file": obj.filename if opens(obj, "filename") else in_words(obj),
            "entries": count % {"count": obj.entry_count},
        }


class ReceiveListForm(forms.Form):
    """What must be known of a list besides its content: lists lie, so kind and reliability are required."""

    wave = forms.ModelChoiceField(
        label=gettext_lazy("Wave"),
        queryset=Wave.objects.select_related("exchange"),
        widget=UnfoldAdminSelectWidget,
    )
    source_name = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Who gave us this list, in words that a colleague understands."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", "—"), *ListKind.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Only a list of the released may ever lead to a message to a family."),
    )
    reliability = forms.ChoiceField(
        label=gettext_lazy("Reliability"),
        choices=[("", "—"), *Reliability.choices],
        widget=UnfoldAdminSelectWidget,
    )
    supersedes = ListChoice(
        label=gettext_lazy("Replaces"),
        queryset=SourceList.objects.replaceable().select_related("wave__exchange"),
        required=False,
        empty_label=gettext_lazy("nothing: a new list"),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "For a corrected list: what it no longer says is taken back when you commit it."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("CSV, XLSX, XLS, ODS, JSON, PFIF or a PDF with text."),
        required=False,
        allow_empty_file=True,  # the reader says in words what is wrong with an empty file
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text of a message"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.MAX_LIST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB.") % {"limit": settings.MAX_LIST_BYTES // 2**20}
            )
        return file

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if "file" in told and (told["file"] is None) == (not told.get("text", "").strip()):
            self.add_error("file", _("Please give either a file or a pasted text."))
        if told.get("kind") == ListKind.RELEASED and told.get("reliability") not in ("", None, *TRUSTED):
            self.add_error(
                "reliability",
                _(
                    "Only a list with reliability A or B may be one of the released: its families are told. "
                    "Choose another kind, or find out first."
                ),
            )
        before = told.get("supersedes")
        if before is not None and (before.wave, before.kind) != (told.get("wave"), told.get("kind")):
            self.add_error("supersedes", _("A list replaces only one of the same wave and the same kind."))
        return told

    def content(self) -> tuple[str, bytes]:
        """Name and bytes of what was given."""
        file = self.cleaned_data["file"]
        if file is None:
            return PASTED_NAME, self.cleaned_data["text"].encode()
        return file.name or "", file.read()


class ReadAsForm(forms.Form):
    """What a caseworker knows better than the detection."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        choices=[("", gettext_lazy("detect")), *((name, name) for name in lists.ENCODINGS)],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Between the columns"),
        choices=[("", gettext_lazy("detect")), *DELIMITERS.items()],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    sheets = forms.MultipleChoiceField(
        label=gettext_lazy("Sheets"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, sheet_names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheets"].choices = [(name, name) for name in sheet_names]  # type: ignore[attr-defined]
        if len(sheet_names) < 2:
            del self.fields["sheets"]

    def read_as(self) -> lists.ReadAs:
        """As the reader takes it."""
        told = self.cleaned_data
        return lists.ReadAs(told["encoding"], told["delimiter"], tuple(told.get("sheets", ())))


def told_columns(data: QueryDict, layouts: list[lists.Recognition]) -> tuple[lists.Mapping, dict[str, int]]:
    """The fields and the heading lines that a caseworker chose on the page, where they differ from the detected.

    Raises lists.BadMapping, lists.ChosenTwice.
    """
    mapping, header_lines = lists.Mapping(), {}
    for sheet, layout in enumerate(layouts):
        fields = {
            column.index: data.get(f"field-{sheet}-{column.index}", column.field) for column in layout.columns
        }
        header = data.get(f"header-{sheet}", "")
        if header.isdecimal() and int(header[:7]) != layout.header_line:
            header_lines[layout.sheet] = int(header[:7])
        if any(fields[column.index] != column.field for column in layout.columns):
            is_headless = header_lines.get(layout.sheet) == 0
            mapping = mapping.corrected(replace(layout, header_rows=()) if is_headless else layout, fields)
    return mapping, header_lines
