"""What the pair page puts before the eyes of whoever decides, and what it says when a verdict is refused."""

import datetime as dt
import re

import pytest
from django.utils.timezone import localtime

from familylink.reports import intake
from familylink.reports.models import AccessRecord
from matching import lists_intake, review, waves
from matching.models import Match
from notifications import recipients
from tests.factories import a_committed_list, a_lead, a_match, a_person, a_report, a_reviewer, match_all
from tests.matching.deciding import confirmed, has_left, verdict
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db


def shown(client, match, language="en"):
    client.cookies["django_language"] = language
    return client.get(page("matching_match_change", match.pk)).context


def send(client, match, **told):
    return client.post(page("matching_match_change", match.pk), told)


def verdicts_beside(facts):
    return {fact.title: [str(line.verdict) for line in fact.compared] for fact in facts}


def test_each_fact_stands_beside_its_verdict(client):
    a_report(unit="А1234", place="Київ")
    a_committed_list(
        "Вересняк Сергей Николаевич;13.03.1987;А1234", heading="ПІБ;Дата народження;Військова частина"
    )
    match_all()
    match = Match.objects.get()
    signed_in(client, "reviewers")
    context = shown(client, match)
    names = {line.feature: line.sign for line in context["compared_names"]}
    assert names == {"Surname": "=", "Given name": "≠", "Patronymic": "="}
    beside = verdicts_beside(context["facts"])
    assert beside["Military unit"] == ["the same"]
    assert beside["Place"] == ["not given"]
    assert set(beside) == {"Birth date", "Sex", "Military unit", "Place"}


def test_what_neither_side_tells_stands_in_one_line(client):
    match = a_match()
    signed_in(client, "reviewers")
    context = shown(client, match)
    assert set(context["told_by_nobody"]) >= {"Military rank", "Circumstances, note"}
    assert not set(context["told_by_nobody"]) & set(verdicts_beside(context["facts"]))
    html = client.get(page("matching_match_change", match.pk)).content.decode()
    assert html.count("Military rank") == 2  # below the facts, and where nothing given says nothing


def test_the_points_still_add_up_where_silent_lines_are_folded(client):
    match = a_match()
    signed_in(client, "reviewers")
    context = shown(client, match)
    assert "Military rank" in context["silent"]
    assert sum(line.points for line in context["evidence"]) == pytest.approx(match.points)


def test_every_reports_circumstances_stand_in_the_facts(client):
    match = a_match(report=a_report(circumstances="востаннє писав узимку"))
    signed_in(client, "reviewers")
    told = {fact.title: fact.wanted for fact in shown(client, match)["facts"]}
    assert told["Circumstances, note"] == "востаннє писав узимку"


def test_a_forgotten_note_is_asked_for_and_nothing_is_said_to_have_changed(client):
    match = a_match()
    signed_in(client, "reviewers")
    seen = shown(client, match)["seen"]
    answer = send(client, match, choice="different:kin", revision=match.revision, seen=seen)
    assert answer.status_code == 409
    assert (answer.context["lacks_note"], answer.context["has_changed"]) == (True, False)
    assert answer.context["chosen"] == "different:kin"


def test_whoever_was_overtaken_is_told_what_has_changed(client):
    match = a_match()
    signed_in(client, "reviewers")
    seen = shown(client, match)["seen"]
    review.raise_flag(match.missing_person_id, kind="hold", by=a_reviewer(), note="зачекати")
    answer = send(client, match, choice="same:name_and_date", revision=match.revision, seen=seen)
    assert (answer.status_code, answer.context["has_changed"]) == (409, True)
    (change,) = answer.context["differences"]
    assert "SMS" in change["before"]
    assert change["now"] == "nothing is sent: a flag says to hold"


def test_a_verdict_is_chosen_anew_on_other_evidence_and_the_note_is_kept(client):
    match = a_match()
    signed_in(client, "reviewers")
    seen = shown(client, match)["seen"]
    intake.change_person(
        match.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1991-08-02")
    )
    match_all()
    answer = send(
        client, match, choice="same:name_and_date", note="мій запис", revision=match.revision, seen=seen
    )
    assert (answer.status_code, answer.context["chosen"], answer.context["note"]) == (409, "", "мій запис")


def test_a_report_that_ended_meanwhile_is_named_as_the_reason_and_the_note_is_shown(client):
    report = a_report()
    match = a_match(report=report)
    signed_in(client, "reviewers")
    seen = shown(client, match)["seen"]
    intake.withdraw(report)
    match_all()
    waves.lapse_unsought()
    answer = send(
        client, match, choice="same:name_and_date", note="мій запис", revision=match.revision, seen=seen
    )
    told = answer.content.decode()
    assert "report has ended" in told
    assert "Somebody else has decided" not in told
    assert "No report about this person is open" in told
    assert "nobody is told: no report is open" in {change["now"] for change in answer.context["differences"]}
    assert "мій запис" in told


def test_what_was_done_twice_is_not_called_somebody_elses_verdict(client, settings):
    settings.SENDING = "send"
    match = confirmed(a_match())
    has_left()
    signed_in(client, "leads")
    client.cookies["django_language"] = "en"
    for status in (302, 409):
        answer = send(client, match, action="correct", note="помилка")
        assert answer.status_code == status
    assert "not confirmed any more" in answer.content.decode()


def test_a_pair_that_is_decided_is_not_claimed_and_no_colleague_is_blamed_for_it(client):
    match = confirmed(a_match())
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    answer = send(client, match, action="claim")
    told = answer.content.decode()
    assert (answer.status_code, "A colleague" in told) == (409, False)
    assert "waits for no verdict any more" in told


def test_a_message_that_is_held_says_why_beside_the_letter_and_in_the_history(client):
    """Whoever reads "held" alone does not know whether to wait or to call."""
    match = confirmed(a_match())
    signed_in(client, "reviewers")
    context = shown(client, match)
    ((_at, _channel, stands),) = context["letters"][0]["posted"]
    assert stands == "held (sending is off)"
    assert any(stands in event.what for event in context["timeline"])


def test_a_page_loaded_again_and_again_is_one_line_of_the_history_and_every_view_stays_on_record(client):
    match = confirmed(a_match())
    first, second, noon = a_reviewer(), a_reviewer(), dt.datetime(2026, 5, 24, 12, tzinfo=dt.UTC)
    for minutes, viewer in ((0, first), (1, second), (9, first), (18, first), (40, first)):
        viewed_at = noon + dt.timedelta(minutes=minutes)
        AccessRecord.objects.create(
            viewer=viewer,
            subject="matching.match",
            subject_id=match.pk,
            viewed_at=viewed_at,
            from_where=b"net1",
        )
    AccessRecord.objects.create(
        viewer=first, subject="matching.match", subject_id=match.pk, viewed_at=viewed_at, from_where=b"net2"
    )
    signed_in(client, "reviewers")
    lines = [
        ((event.at - noon).seconds // 60, event.who, event.what)
        for event in shown(client, match)["timeline"]
        if "Looked" in event.what and event.at < noon + dt.timedelta(days=1)
    ]
    assert sorted(lines, key=lambda line: line[0]) == [
        (1, second, "Looked at the page."),
        (18, first, "Looked at the page. 3 times since 15:00:00."),
        (40, first, "Looked at the page."),
        (40, first, "Looked at the page."),  # from another network
    ]
    assert AccessRecord.objects.filter(subject_id=match.pk).count() == 7


def barred_choices(html):
    (barred,) = re.findall(r"<fieldset[^>]* disabled>.*?</fieldset>", html, re.S)
    assert 'value="same:other"' in barred
    return barred


def test_of_an_entry_confirmed_for_another_the_page_promises_no_message(client, settings):
    settings.SENDING = "send"
    confirmed(a_match())
    other = a_report(phone="+380990000002")
    match_all()
    match = Match.objects.get(missing_person=other.missing_person_id)
    signed_in(client, "reviewers")
    html = client.get(
        page("matching_match_change", match.pk), headers={"accept-language": "en"}
    ).content.decode()
    assert "already been confirmed for another missing person" in html
    assert "Nothing is sent:" in html
    assert "is sent at once" not in html
    assert "the other confirmation must be taken back first" in barred_choices(html)  # before the click
    refused = send(client, match, choice="same:other", note="так", revision=match.revision)
    assert refused.status_code == 409
    assert " checked" not in barred_choices(refused.content.decode())


def test_a_family_that_was_told_wrongly_is_named_where_the_page_begins(client):
    match = confirmed(a_match())
    has_left()
    review.correct(match.pk, by=a_lead(), note="інший рік")
    signed_in(client, "reviewers")
    shown = client.get(page("matching_match_change", match.pk)).content.decode()
    begins, told_whole = shown.index('href="#correction"'), shown.index('id="correction"')
    assert begins < shown.index('class="desk-table desk-pair"') < told_whole


def test_a_lead_reads_beside_the_verdict_what_the_reviewers_said(client):
    match = a_match()
    verdict(match, a_reviewer())
    verdict(match, a_reviewer(), "different", reason="kin", note="це його брат")
    signed_in(client, "leads")
    said = [(one.verdict, one.note) for one in shown(client, match)["disagreed"]]
    assert said == [("same", "так"), ("different", "це його брат")]
    signed_in(client, "reviewers")
    assert not shown(client, match)["disagreed"]


def test_the_heading_names_the_two_people_and_the_title_of_the_window_nobody(client):
    match = a_match()
    signed_in(client, "reviewers")
    html = client.get(page("matching_match_change", match.pk)).content.decode()
    heading, title = (re.search(f"<{tag}.*?</{tag}>", html, re.DOTALL).group() for tag in ("h1", "title"))
    for name in ("Вересняк Олександр Миколайович", match.entry.name_text):
        assert name in heading
        assert name not in title


def test_a_birth_date_is_written_as_people_here_write_it(client):
    match = a_match()
    signed_in(client, "reviewers")
    context = shown(client, match)
    [birth] = [fact for fact in context["facts"] if fact.title == "Birth date"]
    assert (birth.wanted, birth.found) == ("12.03.1987", "12.03.1987")
    assert "12.03.1987: the same birth date" in [line.sentence for line in context["evidence"]]
    assert "1987-03-12" not in client.get(page("matching_match_change", match.pk)).content.decode()


def test_a_pair_of_a_withdrawn_list_says_that_the_list_no_longer_names_him(client):
    match = a_match()
    lists_intake.withdraw_list(match.entry.source_list_id, by=None)
    signed_in(client, "reviewers")
    blocks = [str(words) for words in shown(client, match)["blocks"]]
    assert blocks == ["the list no longer names this person: it was corrected or withdrawn"]


INITIALS = "Вересняк О.М.;12.03.1987"


def test_a_band_below_what_the_probability_gives_is_explained_in_the_queue_and_on_the_page(client):
    match = a_match(INITIALS)
    assert (match.band, match.probability > 0.99) == ("possible", True)
    signed_in(client, "reviewers")
    assert "Only initials are given instead of the given name." in shown(client, match)["caps"]
    queue = client.get(page("matching_match_changelist")).content.decode()
    assert "yet not a higher band" in queue


def test_a_pair_that_its_probability_speaks_for_is_not_ticked_to_be_turned_down_with_others(client):
    a_match(INITIALS)
    signed_in(client, "reviewers")
    html = client.get(page("matching_match_together")).content.decode()
    assert 'name="pair"' in html
    assert not re.search(r'name="pair"[^>]* checked', html)


def test_a_band_as_high_as_the_probability_gives_needs_no_words(client):
    a_match()
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    assert "yet not a higher band" not in client.get(page("matching_match_changelist")).content.decode()


def test_whoever_proposed_a_link_is_not_offered_to_agree_with_themselves(client):
    match, other = a_match(), a_report()
    proposer = signed_in(client, "reviewers")
    review.propose_link(other.pk, match.missing_person_id, by=proposer, note="мати й дружина")
    agree = b'value="confirm_link"'
    assert agree not in client.get(page("matching_match_change", match.pk)).content
    signed_in(client, "reviewers")
    assert agree in client.get(page("matching_match_change", match.pk)).content


def test_whoever_decides_reads_when_a_message_leaves_to_a_family_that_asked_for_quiet(client, settings):
    settings.SENDING = "send"
    match = a_match(report=a_report(email="nina@example.org"))
    now = localtime().replace(second=0, microsecond=0)
    begin, end = now - dt.timedelta(minutes=2), now + dt.timedelta(hours=3)
    recipients.set_quiet_hours(channel="sms", to="+380990000001", begin=begin.time(), end=end.time())
    signed_in(client, "reviewers")
    context = shown(client, match)
    assert [letter["mode"] for letter in context["letters"]] == [
        f"is sent on {end:%d.%m.%Y %H:%M}: they asked for quiet until then",
        "is sent at once",
    ]
    recipients.set_quiet_hours(channel="sms", to="+380990000001", begin=None, end=None)
    changed = send(client, match, choice="same:other", note="так", revision=1, seen=context["seen"])
    assert "waits: they asked for quiet at this hour" in changed.content.decode()


def test_the_queue_tells_two_families_of_one_row_apart(client):
    ours, theirs = a_report(), a_report(phone="+380990000002", given="Саша")
    a_committed_list()
    match_all()
    signed_in(client, "reviewers")
    html = client.get(page("matching_match_changelist")).content.decode()
    assert (html.count(ours.reference), html.count(theirs.reference)) == (1, 1)


def test_whoever_reads_ten_rivals_is_told_how_many_more_there_are(client):
    for number in range(13):
        a_report(phone=f"+3809900001{number:02}")
    a_committed_list()
    match_all()
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    html = client.get(page("matching_match_change", Match.objects.all()[0].pk)).content.decode()
    assert html.count('value="propose_link"') == 10
    assert "and 2 more" in html


def test_agreeing_to_a_link_names_both_reports_and_stands_below_the_verdict(client):
    match, other = a_match(), a_report(phone="+380990000002")
    review.propose_link(other.pk, match.missing_person_id, by=a_reviewer(), note="мати й дружина")
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    html = client.get(page("matching_match_change", match.pk)).content.decode()
    [button] = re.findall(r'<button class="([^"]*)"[^>]*value="confirm_link"[^>]*>([^<]*)', html)
    assert "desk-button-plain" in button[0].split()
    assert button[1] == f"Agree: link the reports {other.reference} and {reference_of(match)}"
    assert html.index('id="record"') < html.index('value="confirm_link"')


def reference_of(match):
    return match.missing_person.reports.get().reference


def test_what_one_side_does_not_tell_is_not_marked_as_differing(client):
    a_report(sex="m", surname="Шевченко", given="Саша", patronymic="")
    a_committed_list("Шевченко Саша;12.03.1987")
    match_all()
    signed_in(client, "reviewers")
    context = shown(client, Match.objects.get())
    [sex] = [fact for fact in context["facts"] if fact.title == "Sex"]
    assert [(line.sign, line.wanted, line.found) for line in sex.compared] == [("·", "", "")]


def test_cells_written_from_right_to_left_keep_their_order(client):
    a_report()
    a_committed_list("Вересняк Александр Николаевич;محمد;12.03.1987", heading="ПІБ;Місце;Дата народження")
    match_all()
    signed_in(client, "reviewers")
    html = client.get(page("matching_match_change", Match.objects.get().pk)).content.decode()
    assert "Місце: <bdi>محمد</bdi> | Дата народження: <bdi>12.03.1987</bdi>" in html


def test_a_rival_without_a_birth_date_has_nothing_between_its_name_and_the_colon(client):
    a_report()
    a_report(birth="", phone="+380990000002")
    a_committed_list()
    match_all()
    signed_in(client, "reviewers")
    match = Match.objects.all()[0]
    html = client.get(page("matching_match_change", match.pk)).content.decode()
    assert "Вересняк Олександр Миколайович</bdi></a>:" in html
