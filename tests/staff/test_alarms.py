"""Alarms that last: what ends the alarm of a submission, what does not, and what raises it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import alarms, reviews
from screening.actions.reviews import StaleReviewError
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, Submission
from screening.queries import queue
from screening.queries.attention import list_unjudged_flags
from screening.queries.queue import QueueGroup, find_group
from screening.queries.reviews import read_note, read_unjudged_reason
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member, reviewing, sent_ago
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Any:
    return member("sam")


@pytest.fixture
def desk(sam: Any) -> Client:
    return browser_of(sam)


@pytest.fixture
def row(published: Version) -> Submission:
    """An urgent submission."""
    return sent_ago(published, 42, URGENT)


@pytest.fixture
def unassessed(published: Version, monkeypatch: pytest.MonkeyPatch) -> Submission:
    """One whose rules failed when it was sent, and would not fail now."""
    with monkeypatch.context() as patch:
        patch.setattr("screening.actions.assessment.assess", lambda *_: 1 / 0)
        return sent(published, URGENT)


def press(client: Client, row: Submission, step: str, **data: Any) -> Any:
    """Press a button of the page as it is now."""
    row.refresh_from_db()
    address = reverse(f"staff:{step}", args=[row.reference])
    response = client.post(address, {"revision": row.desk_revision, **data})
    row.refresh_from_db()
    return response


def codes(row: Submission) -> list[str]:
    return list(list_unjudged_flags(row).values_list("code", flat=True))


def stands(row: Submission) -> bool:
    row.refresh_from_db()
    return find_group(row) == QueueGroup.NOW


def test_only_urgent_flags_raise_an_alarm(published: Version, row: Submission) -> None:
    assert (row.alarm, sent(published, SEVERAL).alarm, sent(published).alarm) == (True, False, False)


def test_taking_assigning_noting_and_opening_end_nothing(row: Submission, sam: Any, desk: Client) -> None:
    desk.get(f"/staff/{row.reference}/")
    for step, data in {"claim": {}, "assign": {"to": ""}, "note": {"words": "Called, no answer"}}.items():
        assert press(desk, row, step, **data).status_code == 303
        assert stands(row), step
    assert row.desk == "in-review", "it stays first wherever it is on the desk"


def test_an_opinion_on_every_urgent_flag_ends_it_and_not_one_fewer(row: Submission, desk: Client) -> None:
    desk.get(f"/staff/{row.reference}/")
    *first, last = codes(row)
    for code in first:
        press(desk, row, "judge-flag", flag=code, opinion="agree")
        assert stands(row)
    press(desk, row, "judge-flag", flag=last, opinion="ask")
    assert not stands(row)
    assert find_group(row) == QueueGroup.IN_REVIEW


def test_opinions_of_somebody_who_never_opened_it_end_nothing(row: Submission, sam: Any) -> None:
    for code in codes(row):
        reviews.judge_flag(submission=row, code=code, opinion="agree", reason="", actor=reviewing(sam, row))
    assert row.opened_at is None and stands(row)


def test_undoing_the_opinion_that_ended_it_raises_it_again(row: Submission, desk: Client) -> None:
    desk.get(f"/staff/{row.reference}/")
    for code in codes(row):
        press(desk, row, "judge-flag", flag=code, opinion="agree")
    assert not stands(row)
    assert press(desk, row, "undo").status_code == 303
    assert stands(row)


def test_that_the_patient_was_reached_ends_it_says_who_and_when_and_can_be_undone(
    row: Submission, sam: Any, desk: Client
) -> None:
    assert press(desk, row, "reached", words="Is with her sister").status_code == 303
    assert not stands(row)
    entry = row.history.get()
    assert (entry.kind, entry.actor, read_note(entry)) == ("reached", sam, "Is with her sister")
    said = " ".join(Paper(desk.get(f"/staff/{row.reference}/").content.decode()).text.split())
    assert "sam: reached the patient" in said and "Is with her sister" in said
    assert AuditEvent.objects.get(action="review.reached").detail == {"revision": 1}
    press(desk, row, "undo")
    assert stands(row)


def test_where_nothing_is_urgent_nobody_has_to_be_reached(published: Version, desk: Client) -> None:
    calm = sent(published)
    assert press(desk, calm, "reached").status_code == 422
    assert "Record contact" not in desk.get(f"/staff/{calm.reference}/").content.decode()


@pytest.mark.parametrize("decision", list(reviews.DECISIONS))
def test_an_outcome_with_an_urgent_flag_unjudged_is_refused_with_the_list(
    row: Submission, desk: Client, decision: str
) -> None:
    refused = press(desk, row, "decide", decision=decision, words="Seen on Monday")
    assert (refused.status_code, row.desk, stands(row)) == (422, "new", True)
    page = Paper(refused.content.decode())
    assert (
        page.link("Give an opinion on every urgent flag first, or write the reason why not")
        == "#unjudged-reason"
    )
    assert {f"#flag-{code}" for code in codes(row)} <= {target for target, _words in page.links}
    assert "Seen on Monday" in refused.content.decode()


def test_with_a_reason_it_goes_through_and_the_reason_is_kept_sealed_and_shown(
    row: Submission, desk: Client
) -> None:
    press(desk, row, "decide", decision="closed", unjudged="Admitted to hospital yesterday", words="Ward 3")
    assert (row.desk, stands(row)) == ("done", False)
    entry = row.history.get()
    assert read_unjudged_reason(entry) == "Admitted to hospital yesterday"
    assert read_note(entry) == "Ward 3"
    assert b"hospital" not in bytes(entry.note or b"")
    said = " ".join(Paper(desk.get(f"/staff/{row.reference}/").content.decode()).text.split())
    assert "Why urgent flags had no opinion: Admitted to hospital yesterday" in said
    assert "hospital" not in str(AuditEvent.objects.get(action="review.decide").detail)


def test_waiting_on_the_patient_is_not_the_end_of_an_alarm(row: Submission, desk: Client) -> None:
    press(desk, row, "decide", decision="needs-call", unjudged="No answer yet")
    assert (row.desk, stands(row)) == ("waiting", True)


def test_closing_is_undone_with_its_alarm_and_reopening_raises_it_again(
    row: Submission, desk: Client
) -> None:
    press(desk, row, "decide", decision="closed", unjudged="By mistake")
    press(desk, row, "undo")
    assert (row.desk, stands(row)) == ("new", True)
    press(desk, row, "decide", decision="closed", unjudged="Admitted")
    press(desk, row, "reopen")
    assert (row.desk, stands(row)) == ("in-review", True)


def test_reopening_what_was_reached_raises_no_alarm(row: Submission, desk: Client) -> None:
    press(desk, row, "reached")
    press(desk, row, "decide", decision="closed", unjudged="Reached by phone")
    press(desk, row, "reopen")
    assert not stands(row)


def test_what_was_not_assessed_is_not_closed_before_somebody_read_it(
    unassessed: Submission, desk: Client
) -> None:
    assert (unassessed.alarm, find_group(unassessed)) == (True, QueueGroup.NOW)
    refused = press(desk, unassessed, "decide", decision="closed")
    assert (refused.status_code, unassessed.desk) == (422, "new")
    assert press(desk, unassessed, "reached").status_code == 303
    assert stands(unassessed), "reaching them is not reading it"


def test_a_named_person_reads_it_and_says_what_they_found(
    unassessed: Submission, sam: Any, desk: Client
) -> None:
    refused = press(desk, unassessed, "reading", words="  ")
    assert refused.status_code == 422 and stands(unassessed)
    assert (
        Paper(refused.content.decode()).link("Write what the answers say, and what happens next")
        == "#reading-words"
    )
    press(desk, unassessed, "reading", words="Chest pain: sent to the emergency room")
    assert not stands(unassessed)
    assert (unassessed.history.get().actor, unassessed.assessment) == (sam, "not-assessed")
    press(desk, unassessed, "undo")
    assert stands(unassessed)


def test_assessing_it_again_writes_flags_and_counts_and_keeps_an_urgent_alarm(
    unassessed: Submission, desk: Client
) -> None:
    assert press(desk, unassessed, "assess-again").status_code == 303
    assert (unassessed.assessment, unassessed.alarm, unassessed.urgent > 0) == ("assessed", True, True)
    assert unassessed.flags.filter(code="self-harm-now").exists()
    assert unassessed.history.get().kind == "assessed"
    assert AuditEvent.objects.filter(action="review.assessed").count() == 1
    assert press(desk, unassessed, "assess-again").status_code == 422, "only what was not assessed"
    assert press(desk, unassessed, "undo").status_code == 422, "flags that were written stay"


def test_assessing_it_again_ends_the_alarm_where_nothing_is_urgent(
    published: Version, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("screening.actions.assessment.assess", lambda *_: 1 / 0)
        calm = sent(published)
    press(desk, calm, "assess-again")
    assert (calm.assessment, stands(calm)) == ("assessed", False)


def test_rules_that_fail_again_change_nothing(
    unassessed: Submission, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.actions.assessment.assess", lambda *_: 1 / 0)
    refused = press(desk, unassessed, "assess-again")
    assert (refused.status_code, unassessed.history.count(), stands(unassessed)) == (422, 0, True)
    assert "The screening rules failed again" in refused.content.decode()


def test_the_second_of_two_who_end_an_alarm_is_refused(row: Submission, sam: Any) -> None:
    hand = reviewing(sam, row)
    alarms.record_reached(submission=Submission.objects.get(pk=row.pk), words="", actor=hand)
    with pytest.raises(StaleReviewError):
        alarms.record_reached(submission=Submission.objects.get(pk=row.pk), words="", actor=hand)


def test_a_reading_of_what_was_assessed_is_refused(row: Submission, sam: Any) -> None:
    with pytest.raises(NotPossibleError) as refused:
        alarms.record_reading(submission=row, words="Read", actor=reviewing(sam, row))
    assert refused.value.kind == NotPossibleKind.ASSESSED_ALREADY


@pytest.mark.parametrize("step", ["reached", "reading", "assess-again"])
def test_outsiders_and_links_end_no_alarm(row: Submission, desk: Client, step: str) -> None:
    address = reverse(f"staff:{step}", args=[row.reference])
    assert Client().post(address, {"revision": 0}).status_code == 302
    assert browser_of(member("ed", EDITOR)).post(address, {"revision": 0}).status_code == 404
    assert desk.get(address).status_code == 405
    assert stands(row)


def test_the_banner_counts_from_sending_until_the_alarm_ends(row: Submission, desk: Client) -> None:
    desk.get(f"/staff/{row.reference}/")
    press(desk, row, "claim")
    for path in ("/staff/", f"/staff/{row.reference}/", "/staff/overview/", "/staff/invitations/"):
        assert "has needed attention for 42 min" in desk.get(path).content.decode(), path
    press(desk, row, "reached")
    assert "needed attention" not in desk.get("/staff/").content.decode()


def test_a_withdrawn_submission_needs_nobody(row: Submission, desk: Client) -> None:
    Submission.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    assert "needed attention" not in desk.get("/staff/").content.decode()


def test_an_alarm_that_was_raised_long_ago_still_stands(row: Submission, desk: Client) -> None:
    Submission.objects.filter(pk=row.pk).update(submitted_at=timezone.now() - timedelta(days=40))
    assert "has needed attention for 40 days" in desk.get("/staff/").content.decode()


def test_alarms_are_read_through_their_own_index(row: Submission) -> None:
    plan = queue.order_rows(queue.list_group(QueueGroup.NOW), queue.find_order(QueueGroup.NOW))[:50]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "submission_needs_a_person" in plan.explain()
