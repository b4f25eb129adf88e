"""The families' pages: each view asks, and says in plain words what came of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from familylink.portal import drafts, filing, limits, visits
from familylink.portal import support as lines
from familylink.portal.addresses import masked
from familylink.portal.forms import CodeForm, LinkForm, ReferenceForm, is_switched, sent
from familylink.portal.pace import aside, even_time
from familylink.portal.pages import render_page
from familylink.portal.standing import standing_of
from familylink.reports import contact_codes
from familylink.reports.models import Report
from familylink.reports.references import canonical_reference

WRONG_CODE = _(
    "This code is not right, or it is too old. A code works for ten minutes and five tries. "
    "Please look at the newest message, or have a new code sent."
)
LONGEST_CODE = 8
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, and the two ways on."""
    return render_page(request, "start.html")


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """How scammers work, and what we never ask."""
    return render_page(request, "safety.html")


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Whom to call when it is hard to bear, and who else searches."""
    return render_page(request, "support.html", {"hearts": lines.HEARTS, "search": lines.SEARCH})


@sensitive_post_parameters()
@get_or_post
def check_message(request: HttpRequest) -> HttpResponse:
    """Whether a message is ours: said after a code to the family whose number stands in it, and to nobody else.

    A page that knew our numbers in public would tell scammers which ones to write, and to whom news went.
    """
    return render_page(request, "check_message.html", {"form": ReferenceForm(initial=request.POST.dict())})


@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """How what families tell us is kept, who sees it, and for how long."""
    return render_page(request, "keeping.html")


@sensitive_post_parameters()
@get_or_post
@limits.limited(limits.TRIES)
def confirm(request: HttpRequest) -> HttpResponse:
    """The code that proves a contact, for the browser that filed the report or is signed in to it."""
    filed = _filed_here(request) or visits.signed_in_report(request)
    if filed is None:
        return redirect("portal:find")
    if not filing.unproven(filed):
        return _after_confirming(request, filed)
    if "again" in request.POST:
        filing.send_codes(filed)
        return _confirm_page(request, filed, CodeForm(), was_sent_again=True)
    form = sent(CodeForm, request)
    if form.is_valid():
        if filing.prove(filed, form.cleaned_data["code"]):
            visits.sign_in(request, filed)
            return redirect("portal:confirm")
        form.add_error("code", WRONG_CODE)
    return _confirm_page(request, filed, form)


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Reference number and code word, to print or copy; only for who proved a contact."""
    own = visits.signed_in_report(request)
    if own is None:
        return redirect("portal:find")
    standing = standing_of(own)
    code_word = "" if standing.lost.code_word else own.code_word
    return render_page(request, "receipt.html", {"standing": standing, "code_word": code_word})


@sensitive_post_parameters()
@get_or_post
@limits.limited(limits.CODES)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a code by reference number. Known or unknown: the same answer, in the same time."""
    form = sent(ReferenceForm, request)
    if not form.is_valid():
        return render_page(request, "find.html", {"form": form})
    with even_time():
        sought = _by_number(form)
        visits.remember_sought(request, sought)
        aside(_send_sign_in_code, sought)
    return redirect("portal:prove")


@sensitive_post_parameters()
@get_or_post
@limits.limited(limits.TRIES)
def prove(request: HttpRequest) -> HttpResponse:
    """The code that signs in. Nothing here depends on whether the reference is known."""
    if not visits.is_seeking(request):
        return redirect("portal:find")
    if "again" in request.POST:
        with even_time():
            aside(_send_sign_in_code, visits.sought_report(request))
        return render_page(request, "prove.html", {"form": CodeForm(), "was_sent_again": True})
    form = sent(CodeForm, request)
    if form.is_valid():
        with even_time():
            if _signs_in(request, form.cleaned_data["code"]):
                return redirect("portal:status")
        form.add_error("code", WRONG_CODE)
    return render_page(request, "prove.html", {"form": form})


@sensitive_variables("code")
@sensitive_post_parameters()
@get_or_post
@limits.limited(limits.TRIES)
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Where an e-mail's link leads: the code is filled in, and used only by the button below it.

    Programs that look at mail open its links too. In another browser than the one that asked, the reference number
    is needed as well, so that the link alone opens nothing.
    """
    shown = {"code": code[:LONGEST_CODE], **request.POST.dict()}
    is_shown = request.method != "POST" or is_switched(request)
    if is_shown and visits.is_seeking(request):
        return render_page(request, "prove.html", {"form": CodeForm(initial=shown)})
    filed = _filed_here(request)
    if is_shown and filed is not None and filing.unproven(filed):
        return _confirm_page(request, filed, CodeForm(initial=shown))
    form = sent(LinkForm, request, initial=shown)
    if form.is_valid():
        with even_time():
            visits.remember_sought(request, _by_number(form))
            if _signs_in(request, form.cleaned_data["code"]):
                return redirect("portal:status")
        form.add_error("code", WRONG_CODE)
    return render_page(request, "link.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the visit."""
    response = drafts.forget(request, redirect("portal:start"))
    visits.sign_out(request)
    return response


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit: a plain link, so that it works at the first touch; the page behind it says nothing."""
    response = drafts.forget(request, render_page(request, "left.html"))
    visits.sign_out(request)
    return response


def _filed_here(request: HttpRequest) -> Report | None:
    """What this browser filed; a browser that was closed meanwhile still has the draft of it."""
    return visits.filed_report(request) or filing.filed_from(drafts.current(request))


def _confirm_page(
    request: HttpRequest, filed: Report, form: CodeForm, *, was_sent_again: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "reference": filed.reference,
        "unproven": [masked(contact.address) for contact in filing.unproven(filed)],
        "proven": [masked(contact.address) for contact in filed.contacts.proven_lately().opened()],
        "was_sent_again": was_sent_again,
    }
    return render_page(request, "confirm.html", context)


def _after_confirming(request: HttpRequest, filed: Report) -> HttpResponse:
    is_signed_in = visits.signed_in_report(request) == filed
    return redirect("portal:receipt" if is_signed_in else "portal:find")


def _by_number(form: ReferenceForm) -> Report | None:
    return Report.objects.filter(reference=canonical_reference(form.cleaned_data["reference"])).first()


def _send_sign_in_code(sought: Report | None) -> None:
    if sought is not None:
        filing.quietly(contact_codes.send_sign_in_code, sought)


def _signs_in(request: HttpRequest, typed: str) -> bool:
    sought = visits.sought_report(request)
    if sought is None or filing.recognise(sought, typed) is None:
        return False
    visits.sign_in(request, sought)
    return True
