"""The report, one question a page: every answer is kept as it is typed, and nothing is sent before all are shown."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from familylink import clock
from familylink.portal import drafts, filing, limits, on_behalf, questions, visits
from familylink.portal.away import AWAY, later, not_kept
from familylink.portal.forms import is_switched
from familylink.portal.pages import render_page
from familylink.portal.questions import QUESTIONS, Question
from familylink.portal.telling import Telling
from familylink.reports.models import Draft

logger = logging.getLogger(__name__)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def begin(request: HttpRequest) -> HttpResponse:
    """What will be asked; and what was begun here may be continued or deleted."""
    if request.method == "POST":
        return drafts.forget(request, redirect("portal:report"))
    draft = drafts.current(request)
    context = {
        "draft": draft,
        "filed": filing.filed_from(draft),
        "first": QUESTIONS[0].slug,
        "next": _to_continue(draft) if draft else "",
    }
    return render_page(request, "begin.html", context)


@sensitive_post_parameters()
@get_or_post
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One question: shown with what was answered before, kept whatever is amiss with it."""
    try:
        asked = questions.by_slug(slug)
    except KeyError:
        raise Http404 from None
    if request.method == "POST":
        try:
            return _answered(request, asked)
        except AWAY as error:
            logger.error("an answer cannot be kept: %s", type(error).__name__)
            return _to_be_sent_again(request, asked)
    draft = drafts.current(request)
    if draft is None and asked is not QUESTIONS[0]:
        return redirect("portal:report")
    return question_page(request, asked(initial=_initial(draft)), draft)


def question_page(
    request: HttpRequest, form: Question, draft: Draft | None, *, note: str = "", status: int = 200
) -> HttpResponse:
    """A question with its answers; the language switch is part of it, so that it loses none."""
    asked, answers = type(form), form.data or form.initial
    slugs = [each.slug for each in questions.asked(answers)]
    context = {
        "form": form,
        "note": note,
        "told_how": on_behalf.how(draft),
        "is_change": "change" in request.GET or "change" in request.POST,
        "number": slugs.index(asked.slug) + 1 if asked.slug in slugs else 0,
        "count": len(slugs),
        "has_picture": form.picture is not None and _has_picture(draft, form.picture),
    }
    path = reverse("portal:question", args=[asked.slug])
    return render_page(request, "question.html", context, path=path, status=status)


@get_or_post
@limits.limited(limits.FILING)
def check(request: HttpRequest) -> HttpResponse:
    """All answers once more; from here, and only from here, the report is filed."""
    draft = drafts.current(request)
    if draft is None:
        return redirect("portal:confirm" if visits.filed_report(request) else "portal:report")
    telling = Telling(draft.answers)
    if request.method != "POST":
        return _check_page(request, draft, telling)
    if telling.problems():
        return _check_page(request, draft, telling, status=200)
    if _looks_automatic(request, draft):
        words = _("Please look at your answers once more, and then send the report again.")
        return _check_page(request, draft, telling, note=words)
    return _sent(request, draft, telling)


def _sent(request: HttpRequest, draft: Draft, telling: Telling) -> HttpResponse:
    """What follows once nothing is amiss; or the same page again, which says why nothing was kept."""
    try:
        if draft.entered_by is not None and (mended := filing.mended_by(draft)):
            is_new = filing.mend(mended, draft, telling)
            return on_behalf.mended(request, mended, draft, draft.entered_by, is_new=is_new)
        filed = filing.file_draft(draft, telling)
    except filing.HasEnded:
        filing.begin_anew(draft)
        words = _(
            "The report that you sent with these answers has ended: nobody searches by it. If you are still looking "
            "for this person, send the answers once more. They become a new report with a new number."
        )
        return _check_page(request, draft, telling, note=words)
    except filing.IsTheirs as taken:
        return _check_page(request, draft, telling, note=_is_theirs(draft) % {"reference": taken.reference})
    except AWAY as error:
        logger.error("a report cannot be filed: %s", type(error).__name__)
        return later(_check_page(request, draft, telling, note=not_kept()))
    if draft.entered_by is not None:
        return on_behalf.filed(request, filed, draft.entered_by)
    visits.remember_filed(request, filed)
    filing.send_codes(filed)
    return redirect("portal:confirm")


def _is_theirs(draft: Draft) -> str:
    """Nothing was changed, and what was typed stands below: how it gets where it belongs."""
    if draft.entered_by_id:
        return _(
            "The family has opened its report %(reference)s by a code since, so nothing was changed here. They can "
            "change it themselves under “Look at my report”. What we compare can be corrected on the page of the "
            "missing person."
        )
    return _(
        "This report was opened by a code since you sent it, so nothing was changed here. Please open “Look at my "
        "report”, write the number %(reference)s, and change it there. What you typed still stands here."
    )


def _to_be_sent_again(request: HttpRequest, asked: type[Question]) -> HttpResponse:
    """Only this page has what was just typed, so it stands on it. Nothing is read: the database may be away."""
    answers = {"language": str(get_language()), **request.POST.dict()}
    return later(question_page(request, asked(initial=answers), None, note=not_kept()))


def _answered(request: HttpRequest, asked: type[Question]) -> HttpResponse:
    is_skipped = "skip" in request.POST and bool(asked.skip)
    typed = asked.nothing() if is_skipped else asked.typed(request.POST.dict())
    if is_switched(request) and typed.get("language") == request.POST.get("page_language"):
        typed.pop("language", None)  # messages follow the page until somebody chooses
    draft = drafts.keep(request, typed)
    return drafts.remember(_reply(request, asked, draft, typed, is_skipped=is_skipped), draft)


def _reply(
    request: HttpRequest, asked: type[Question], draft: Draft, typed: dict[str, str], *, is_skipped: bool
) -> HttpResponse:
    """The next page, or this one again: in another language, or with what is amiss."""
    answers = {**draft.answers, **typed}
    if is_switched(request):
        return question_page(request, asked(initial={**_initial(draft), **typed}), draft)
    if "drop" in request.POST and asked.picture:
        drafts.drop_picture(draft, asked.picture)
        return question_page(request, asked(initial=answers), draft)
    form = asked({**answers, **asked.too_long(request.POST.dict())}, request.FILES)
    is_right = not is_skipped and form.is_valid()
    if is_right and form.picture and form.cleaned_data["content"]:
        drafts.keep_picture(draft, form.picture, form.cleaned_data["content"])
    if "back" in request.POST:
        return _turn_back(request, questions.before(asked, answers))
    if not is_right and not is_skipped:
        return question_page(request, form, draft)
    following = questions.after(asked, answers)
    if "change" in request.POST or following is None:
        return redirect("portal:check")
    return redirect("portal:question", following.slug)


def _turn_back(request: HttpRequest, earlier: type[Question] | None) -> HttpResponse:
    """To the page before this one, with what was typed here kept and not judged: a link would lose it."""
    if "change" in request.POST:
        return redirect("portal:check")
    return redirect("portal:question", earlier.slug) if earlier else redirect("portal:report")


def _initial(draft: Draft | None) -> dict[str, str]:
    return {"language": str(get_language()), **(draft.answers if draft else {})}


def _to_continue(draft: Draft) -> str:
    """The first question that was not opened yet, else the page with all answers."""
    opened = draft.answers
    for each in questions.asked(opened):
        if each.base_fields and not set(each.base_fields) & set(opened) and each.picture is None:
            return reverse("portal:question", args=[each.slug])
    return reverse("portal:check")


def _has_picture(draft: Draft | None, kind: str) -> bool:
    return draft is not None and draft.pictures.filter(kind=kind).exists()


def _check_page(
    request: HttpRequest, draft: Draft, telling: Telling, *, note: str = "", status: int = 200
) -> HttpResponse:
    pictures = set(draft.pictures.values_list("kind", flat=True))
    context = {
        "sections": telling.sections(pictures),
        "filed": filing.filed_from(draft) or filing.mended_by(draft),
        "last": questions.asked(draft.answers)[-1].slug,
        "problems": telling.problems(),
        "note": note,
        "told_how": on_behalf.how(draft),
        "is_namesake": telling.names_the_teller(),
    }
    return render_page(request, "check.html", context, status=status)


def _looks_automatic(request: HttpRequest, draft: Draft) -> bool:
    """A robot fills what nobody sees, and is quick. Nobody is turned away for it: the button is asked for again."""
    is_quick = (clock.now() - draft.began_at).total_seconds() < settings.REPORT_LEAST_SECONDS
    return bool(request.POST.get("website")) or is_quick
