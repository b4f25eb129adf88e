"""The whole path: from a mother's phone over two desks and back, with a real worker between them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from familylink.portal.questions import Contacts
from familylink.reports.models import MissingPerson, Report
from matching.models import Match, MatchState, SourceList, Wave
from tests import factories
from tests.browser import family, staff
from tests.browser.views import follow, shoot, words
from tests.faults.processes import Processes, until
from tests.portal.conftest import ANSWERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Desk = Callable[..., Page]
LIST = staff.workbook(
    ["№", "Фамилия, имя, отчество", "Дата рождения"],
    [1, "Ковшарь Леонтий Игнатович", date(1979, 8, 3)],
    [2, "Вересняк Александр Николаевич", date(1987, 3, 12)],
    [3, "Дремлюк Павел Саввич", "31.02.1990"],
)


def test_a_wave_reaches_a_family(
    phone: Page, window: Callable[..., BrowserContext], desk: Desk, workers: Processes
) -> None:
    report = she_files_and_confirms(phone, workers)
    importer = an_importer_signs_in(window)
    a_wave_is_made(importer)
    a_list_is_uploaded_and_committed(importer)
    match = until(Match.objects.first, "match", workers)
    one_reviewer_confirms(desk("reviewers"), match)
    phone.goto("/uk/my-report/status/")
    expect(phone.locator(".state h2")).to_have_text(words("We are searching"))
    assert not family.received("news")
    another_reviewer_confirms(second := desk("reviewers"))
    until(lambda: family.received("news"), "news", workers)
    the_message_gives_nothing_away(second, report)
    she_reads_the_news(phone, report, workers)
    assert [message.to for message in family.received("news")] == ["+380990000067"]


def test_a_family_whose_son_is_on_no_list_reads_that_we_go_on_searching(
    phone: Page, desk: Desk, workers: Processes
) -> None:
    she_files_and_confirms(
        phone, workers, surname="Журавлинський", russian_name="", passport_name="", given_name="Тимофій"
    )
    wave = factories.a_wave()
    importer = desk("importers")
    staff.upload(importer, wave, LIST)
    staff.commit(importer)
    expect(importer.locator("[id^=progress-] strong")).to_have_text(words("Finished."))
    until(lambda: not MissingPerson.objects.awaiting_matching().exists(), "matching of her report", workers)
    phone.goto("/uk/my-report/status/")
    state = phone.locator(".state")
    expect(state.locator("h2")).to_have_text(words("We are searching"))
    expect(state).to_contain_text("Це не висновок про долю")
    expect(phone.locator(".waves li")).to_have_count(1)
    expect(phone.locator(".waves li")).to_contain_text("24 травня 2026")
    expect(phone.locator(".waves li")).to_contain_text("Прочитано в ньому імен: 2")
    expect(phone.locator("main")).not_to_contain_text("Вересняк")
    shoot(phone, "status-searching")


def she_files_and_confirms(phone: Page, workers: Processes, **changes: str) -> Report:
    """One mistake on the way: all that she had typed is still there, and stands at the end once more."""
    for question in family.walk_questions(phone, **changes):
        if question is Contacts:
            phone.fill("#id_phone", "12345")
            family.send(phone)
            expect(phone.locator(".problems")).to_be_visible()
            expect(phone).to_have_title(re.compile(f"^{words('Error:')}"))
            assert family.shown(phone, question)["phone"] == "12345"
            shoot(phone, "question-with-a-mistake")
            phone.fill("#id_phone", ANSWERS["phone"])
    answers = {**ANSWERS, **changes}
    expect(phone.locator("main")).to_contain_text(answers["surname"])
    expect(phone.locator("main")).to_contain_text(answers["phone"])
    shoot(phone, "answers")
    family.send(phone)
    report = Report.objects.get()
    expect(phone.locator(".reference")).to_have_text(report.reference)
    shoot(phone, "confirm")
    family.enter_code(phone, family.received_code(workers, number=1))
    expect(phone.locator(".reference")).to_have_text([report.reference, report.code_word])
    shoot(phone, "receipt")
    return report


def an_importer_signs_in(window: Callable[..., BrowserContext]) -> Page:
    member = factories.a_member_of_staff("importers")
    page = window().new_page()
    staff.sign_in(page, member.username)
    return page


def a_wave_is_made(page: Page) -> None:
    page.goto("/admin/matching/exchange/add/")
    page.fill("#id_name", "Великодній обмін")
    page.locator("a.add-row").click()
    page.fill("#id_waves-0-occurred_on", "24.05.2026")
    page.fill("#id_waves-0-announced_count", "2")
    shoot(page, "exchange")
    follow(page.locator("button[name=_save]"))
    page.goto(f"/admin/matching/wave/{Wave.objects.get().pk}/change/")
    follow(page.locator(".desk .desk-button"))


def a_list_is_uploaded_and_committed(page: Page) -> None:
    """Columns are recognised, the bad row is named with its reason, and the good ones go to work."""
    staff.fill_and_read(page, LIST)
    columns = page.locator("[aria-labelledby=columns-heading] tbody tr")
    expect(columns.filter(has_text="Фамилия, имя, отчество").locator("select")).to_have_value("full_name")
    expect(columns.filter(has_text="Дата рождения").first.locator("select")).to_have_value("birth_date")
    expect(staff.problems(page)).to_have_text(
        ["Рядок 4 (аркуш «Список»), стовпець «Дата рождения»: «31.02.1990» не є датою народження."]
    )
    shoot(page, "list-received")
    staff.commit(page)
    expect(page.locator("[id^=progress-] strong")).to_have_text(words("Finished."))
    shoot(page, "list-committed")
    source_list = SourceList.objects.get()
    assert (source_list.entries.count(), source_list.refused_rows.count()) == (2, 1)


def one_reviewer_confirms(page: Page, match: Match) -> None:
    """The same person cannot give the second verdict: not from the page, nor from one opened before."""
    page.goto("/admin/matching/match/")
    follow(page.get_by_role("link", name="Вересняк"))
    shoot(page, "pair")
    opened_before = page.context.new_page()
    opened_before.goto(page.url)
    staff.confirm(page)
    page.goto(opened_before.url)
    expect(page.locator(".desk")).to_contain_text(
        words("You have given your verdict. Somebody else must give the second one.")
    )
    expect(staff.same_button(page)).to_have_count(0)
    shoot(page, "pair-one-verdict")
    staff.confirm(opened_before)
    expect(staff.same_button(opened_before)).to_have_count(0)
    match.refresh_from_db()
    assert match.state == MatchState.AWAITING_SECOND
    assert match.decisions.count() == 1


def another_reviewer_confirms(page: Page) -> None:
    """From the first screen, by the tile that counts the pair; the first verdict is not shown."""
    page.goto("/admin/")
    shoot(page, "dashboard")
    follow(page.locator(".desk-tile").filter(has_text=words("Awaiting the second reviewer")))
    shoot(page, "queue")
    follow(page.get_by_role("link", name="Вересняк"))
    expect(page.locator(".desk")).not_to_contain_text(words("Verdicts"))
    staff.confirm(page)
    expect(page.locator("body")).to_contain_text(words("Confirmed by two people."))


def the_message_gives_nothing_away(page: Page, report: Report) -> None:
    """As the staff see it in the sink: number and code word, and nothing a stranger could use."""
    page.goto("/admin/notifications/sunkmessage/")
    newest = page.locator("#result_list tbody tr").first
    expect(newest).to_contain_text(report.reference)
    expect(newest).to_contain_text(report.code_word)
    expect(newest).to_contain_text("+380990000067")
    shoot(page, "sink")
    text = (newest.text_content() or "").lower()
    for given_away in ("верес", "олександр", "александр", "миколай", "тихий", "а0000", "http", "www", "://"):
        assert given_away not in text


def she_reads_the_news(phone: Page, report: Report, workers: Processes) -> None:
    """Days later: the number, a code to her phone, and then the words."""
    phone.context.clear_cookies()
    family.sign_in(phone, report)
    family.enter_code(phone, family.received_code(workers, number=2))
    expect(phone.locator(".state h2")).to_have_text(words("There is news"))
    expect(phone.locator(".state")).to_contain_text("Вересняк Олександр Миколайович")
    expect(phone.locator(".state")).to_contain_text("24 травня 2026")
    shoot(phone, "status-news")
