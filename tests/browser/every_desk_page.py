"""Every page that the staff can meet, in its states, one after the other."""

from collections.abc import Iterator
from uuid import uuid4

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from playwright.sync_api import Page

from familylink.reports.models import AccountChange, Flag, Picture, Report
from familylink.reports.pictures import plain_jpeg
from matching import candidates, lists_intake, review
from matching.models import ListEntry, Match, RefusedRow, SourceList
from notifications.models import (
    Circuit,
    FollowUp,
    Notification,
    Reconciliation,
    Reply,
    SunkMessage,
    Template,
)
from tests import factories
from tests.browser import staff
from tests.matching.deciding import confirmed, has_left, verdict
from tests.matching.test_recalibration import a_measured_calibration
from tests.reports.photos import a_photo
from tests.test_damage import damage

PROBLEMS = (
    "Дремлюк Павло Савич;31.02.1990",
    ";05.06.1991",
    "Загиблі:",
    "Кропива Тарас Опанасович;01.02.1990",
    "Тин Яр Орович;02.02.1990",
)


def a_pair_with_everything() -> Match:
    """Two relatives' reports about one man, a link that waits, a flag, a photo, a verdict on earlier evidence."""
    report = factories.a_report(circumstances="востаннє писав узимку")
    Picture.objects.create(report=report, kind="photo", content=plain_jpeg(a_photo()))
    factories.a_report(phone="+380990000002", email="olha@example.org", given="Саша", language="en")
    factories.a_committed_list(factories.SON_ON_LIST, "Шевченко Петро Іванович;")
    factories.match_all()
    first, second = Match.objects.order_by("-probability")
    verdict(second, reviewer := factories.a_reviewer())
    review.undo(second.pk, by=reviewer, note="не та вкладка")
    review.raise_flag(first.missing_person_id, kind="vulnerable", by=reviewer, note="мати в лікарні")
    linked = second.missing_person.reports.get()
    review.propose_link(linked.pk, first.missing_person_id, by=reviewer, note="мати й дружина")
    return first


def walk(page: Page, user: User) -> Iterator[str]:
    """Goes from page to page; each time it stops it tells where."""
    yield from _visited(page, {"nobody waits": "", "an empty queue": "matching/match/"})
    yield from _deciding(page)
    yield from _visited(page, of_lists())
    staff.ask_why_not_of_nobody(page)
    yield "why not, with a mistake"
    staff.fill_and_read_nothing(page)
    yield "receive with mistakes"
    yield from _visited(page, {**_of_families(), **_of_messages(), **_of_staff(user)})
    yield from _with_mistakes(page)
    yield from _visited(page, _damaged())
    yield from _second_factor(page, user)


def _visited(page: Page, paths: dict[str, str]) -> Iterator[str]:
    for name, path in paths.items():
        page.goto(f"/admin/{path}")
        yield name


def _deciding(page: Page) -> Iterator[str]:
    match = a_pair_with_everything()
    pair = f"/admin/matching/match/{match.pk}/change/"
    page.goto(pair)
    for summary in page.locator("details summary").all():
        summary.click()
    page.locator("#latin").check()
    yield "pair"
    review.raise_flag(match.missing_person_id, kind="hold", by=factories.a_reviewer(), note="зачекати")
    staff.confirm(page)
    assert page.locator("#differences-heading").is_visible()
    yield "refused"
    yield from _visited(page, {"queue": "matching/match/?show=all", "together": "matching/match/together/"})
    review.lower_flag(Flag.objects.get(kind="hold").pk, by=factories.a_lead(), note="гаразд")
    confirmed(match)
    page.goto(pair)
    yield "pair decided"
    has_left()
    review.correct(match.pk, by=factories.a_lead(), note="Інший рік")
    page.goto(pair)
    yield "correction"


def of_lists() -> dict[str, str]:
    committed, report = SourceList.objects.get(), Report.objects.first()
    assert report
    pair = f"report={report.reference}&entry={committed.entries.first().pk}"
    received = factories.a_received_list(factories.SON_ON_LIST, *PROBLEMS, wave=committed.wave)
    refused, typed, below = RefusedRow.objects.filter(source_list=received)[:3]
    lists_intake.correct_row(typed.pk, ["Горобець Іван Петрович", "01.02.1990"], by=None)
    wave, exchange = committed.wave_id, committed.wave.exchange_id
    lists = "matching/sourcelist"
    return {
        "dashboard": "",
        "corrections": "matching/correction/",
        "waves": "matching/wave/",
        "wave": f"matching/wave/{wave}/change/",
        "wave to add": "matching/wave/add/",
        "exchanges": "matching/exchange/",
        "exchange": f"matching/exchange/{exchange}/change/",
        "exchange to add": "matching/exchange/add/",
        "lists": f"{lists}/",
        "list received with problems": f"{lists}/{received.pk}/change/",
        "row to put right": f"{lists}/{received.pk}/rows/{refused.pk}/",
        "row typed already": f"{lists}/{received.pk}/rows/{typed.pk}/",
        "row below a title": f"{lists}/{received.pk}/rows/{below.pk}/",
        "list to drop": f"{lists}/{received.pk}/delete/",
        "list committed": f"{lists}/{committed.pk}/change/",
        "history": f"{lists}/{committed.pk}/history/",
        "receive": f"{lists}/add/",
        "why not": f"matching/match/why-not/?{pair}",
        "calibrations": "matching/calibration/",
        "calibration": f"matching/calibration/{a_measured_calibration().pk}/change/",
    }


def _of_families() -> dict[str, str]:
    picture = Picture.objects.get()
    report = picture.report
    of_an_administrator = AccountChange(account=factories.a_reviewer(), by=factories.a_lead(), what="opened")
    of_an_administrator.save()
    return {
        "reports": "reports/report/",
        "report": f"reports/report/{report.pk}/change/",
        "report to enter": "reports/report/add/",
        "person": f"reports/missingperson/{report.missing_person_id}/change/",
        "who looked": "reports/accessrecord/",
        "changes of accounts": "reports/accountchange/",
        "accounts that wait for a second person": "reports/accountchange/waiting/",
        "dashboard with an account that waits": "",
    }


def _damaged() -> dict[str, str]:
    report, entry = Report.objects.all()[0], ListEntry.objects.filter(removed_at=None).all()[0]
    person = report.missing_person
    of_report, of_person = ("code_word", "answers"), ("birth_date", "place", "profile")
    damaged = [(report, name) for name in of_report] + [(person, name) for name in of_person]
    for one in (*damaged, (entry, "name_text"), (entry, "birth_date")):
        damage(*one)
    candidates.set_apart(entry)
    return {
        "report whose code word and answers are damaged": f"reports/report/{report.pk}/change/",
        "report to be told again": f"reports/report/{report.pk}/told-again/",
        "person who is damaged": f"reports/missingperson/{person.pk}/change/",
        "list with a row that is damaged": f"matching/sourcelist/{entry.source_list_id}/change/",
        "dashboard of a damaged row": "",
    }


def _of_messages() -> dict[str, str]:
    message, follow_up = Notification.objects.filter(message="news")[0], FollowUp.objects.all()[0]
    SunkMessage.objects.create(attempt_reference=uuid4(), channel="sms", to=message.to, body=message.body)
    Circuit.objects.create(transport="sink", failures=3)
    Reconciliation.objects.create(transport="sink", theirs=2, foreign=0, missing=0)
    told = {"channel": "sms", "sender": "+380990000001", "text": "дякую", "meaning": "other"}
    reply = Reply.objects.create(**told, transport="sink", event_id="1", from_index=b"1")
    wording = Template.objects.all()[0]
    ours = "notifications"
    return {
        "messages": f"{ours}/notification/",
        "message": f"{ours}/notification/{message.pk}/change/",
        "calls": f"{ours}/followup/",
        "call": f"{ours}/followup/{follow_up.pk}/change/",
        "replies": f"{ours}/reply/",
        "reply": f"{ours}/reply/{reply.pk}/change/",
        "wordings": f"{ours}/template/",
        "wording": f"{ours}/template/{wording.pk}/change/",
        "providers": f"{ours}/circuit/",
        "comparisons": f"{ours}/reconciliation/",
        "sink": f"{ours}/sunkmessage/",
        "switch": f"{ours}/sendingswitch/",
    }


def _of_staff(user: User) -> dict[str, str]:
    return {
        "users": "auth/user/",
        "user": f"auth/user/{user.pk}/change/",
        "user to add": "auth/user/add/",
        "a user's password": f"auth/user/{user.pk}/password/",
        "one's own password": "password_change/",
        "roles": "auth/group/",
        "role": f"auth/group/{user.groups.all()[0].pk}/change/",
    }


def _with_mistakes(page: Page) -> Iterator[str]:
    for name, path in {"exchange": "matching/exchange/add/", "user": "auth/user/add/"}.items():
        page.goto(f"/admin/{path}")
        page.evaluate("document.querySelector('#content form, form:has([name=_save])').noValidate = true")
        with page.expect_navigation():
            page.locator("[name=_save]").first.click()
        yield f"{name} with mistakes"


def _second_factor(page: Page, user: User) -> Iterator[str]:
    for name in ("totp/activate/", ""):
        page.goto(f"/staff/second-factor/{name}")
        yield f"second factor: {name or 'all'}"
    TOTP.activate(user, generate_totp_secret())
    page.goto("/admin/")
    yield "second factor: asked for"
