"""A family is asked for what is missing, and the question tells nobody that there is a match."""

import pytest

from familylink.reports import intake
from familylink.reports.models import Contact
from matching import pair_insight, review
from matching.models import Match, MatchState, Question
from notifications import messages
from notifications.models import Notification
from tests.factories import SON_ON_LIST, a_match, a_person, a_report, a_reviewer, match_all
from tests.matching.deciding import retired

pytestmark = pytest.mark.django_db


def asked(match, by=None, feature="birth_date"):
    return review.ask_family(
        match.pk, by=by or a_reviewer(), feature=feature, note="", revision=match.revision
    )


def vague():
    return a_match(SON_ON_LIST, report=a_report(birth="1987"))


def test_the_question_gives_nothing_away():
    match = vague()
    [question] = asked(match)
    row = Notification.objects.get(reference=f"question-{question.pk}")
    report = question.report
    assert report.reference in row.body
    for telling in ("Вересняк", "Олександр", "1987", "спис", "збіг", "обмін"):
        assert telling not in row.body
    known = {"reference": report.reference, "code_word": report.code_word}
    plain = messages.render(message="please_complete", language="uk", channel="sms", context=known)
    assert row.body == plain.body, "every family with a gap gets the same words"


def test_the_answer_comes_back_to_the_pair_as_new_evidence():
    match = vague()
    [question] = asked(match)
    assert not question.is_answered
    intake.change_person(
        match.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12")
    )
    match_all()
    match.refresh_from_db()
    assert (match.state, match.revision) == (MatchState.OPEN, 2)
    assert Question.objects.get().is_answered
    assert "1987-03-12" in str(match.evidence)
    assert [change.feature for change in pair_insight.changes_since_decision(match)] == ["birth_date"]


def test_the_pair_waits_for_others_and_not_for_whoever_asked():
    match, reviewer = vague(), a_reviewer()
    asked(match, reviewer)
    assert review.next_for(reviewer, Match.objects.all()) is None
    assert review.next_for(a_reviewer(), Match.objects.all()) == match


def test_a_family_is_not_asked_again_within_a_week():
    match = vague()
    asked(match)
    with pytest.raises(review.AlreadyAsked):
        asked(match, feature="patronymic")
    assert Notification.objects.filter(message="please_complete").count() == 1


def test_nobody_is_asked_at_an_address_that_they_have_not_proven():
    match = vague()
    Contact.objects.update(confirmed_at=None)
    with pytest.raises(review.NobodyToAsk):
        asked(match)
    assert not Question.objects.exists()
    assert not match.decisions.exists()


def test_only_reviewers_ask():
    match, reviewer = vague(), a_reviewer()
    reviewer.groups.clear()
    with pytest.raises(review.NotYours):
        asked(match, reviewer)


def test_a_reviewer_asks_on_the_page(client):
    match = vague()
    client.force_login(a_reviewer())
    address = f"/admin/matching/match/{match.pk}/change/"
    assert client.post(address, {"choice": "ask:birth_date", "revision": match.revision}).status_code == 302
    assert match.questions.get().feature == "birth_date"
    assert client.get(address).context["questions"]


def test_without_an_approved_wording_the_desk_is_told_and_nothing_is_recorded():
    match = vague()
    retired("please_complete")
    with pytest.raises(review.CannotBeAsked):
        asked(match)
    assert not Question.objects.exists()
    assert not match.decisions.exists()
