"""What the pages about messages share."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from familylink.staff import ReadOnly, signed_in


class PartOfAPage(ReadOnly):
    """A table on a page of something else, with no page of its own: whoever may open the page sees it."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


class Headed:
    """A page headed by words, where the theme would show an id: `heading(row)`."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(*args, **kwargs)  # type: ignore[misc]  # of the page this is mixed into
        if row is not None:
            row.in_heading = self.heading(row)  # type: ignore[attr-defined]  # the same
        return row

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = getattr(kwargs["obj"], "in_heading", None)
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)  # type: ignore[misc]  # the same
        return answer


class OnRecord:
    """Whoever opens a page that shows an address or a text is on record before it is shown."""

    def shows_a_person(self, request: HttpRequest) -> bool:
        """Whether the page shows this member of staff more than states and times."""
        return request.user.has_perm("notifications.view_text")

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page needs besides the fields of the row."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of the page this is mixed into
        if row is not None and self.shows_a_person(request):
            import_string(settings.RECORD_VIEW)(signed_in(request), row)
        if row is not None:
            extra_context = {**(extra_context or {}), **self.beside(request, row)}
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return answer


def by_name(field: str, words: Any) -> Any:
    """A column of a member of staff by name: the framework links an account that most may not open."""

    @admin.display(description=words, ordering=f"{field}__username")
    def shown(_: Any, row: Model) -> str:
        return str(getattr(row, field) or "-")

    return shown
