"""A reviewer works on a submission: takes it, hands it over, writes, judges flags, decides, reopens and
undoes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Version
from questionnaire.rules.states import Verdict
from screening.actions import clinic_settings, reviews
from screening.actions.reviews import StaleReviewError
from screening.core.not_possible import NotPossibleError
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, RaisedFlag, ReviewEntry, Submission
from screening.queries import clinic
from screening.queries.reviews import read_note
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member, reviewing
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db
STEPS = ("claim", "assign", "note", "judge-flag", "decide", "reopen", "undo")


def press(client: Client, row: Submission, step: str, **data: Any) -> Any:
    """Press a button of the page as it is now."""
    row.refresh_from_db()
    address = reverse(f"staff:{step}", args=[row.reference])
    response = client.post(address, {"revision": row.desk_revision, **data})
    row.refresh_from_db()
    return response


@pytest.fixture
def row(published: Version) -> Submission:
    return sent(published, SEVERAL)


@pytest.fixture
def sam() -> Any:
    return member("sam")


def a_flag(row: Submission) -> RaisedFlag:
    found = row.flags.filter(verdict=Verdict.RAISED).first()
    assert found
    return found


def test_taking_it_puts_it_in_review_in_ones_own_name(row: Submission, sam: Any) -> None:
    response = press(browser_of(sam), row, "claim")
    assert (response.status_code, response["Location"]) == (303, f"/staff/{row.reference}/")
    assert (row.desk, row.assignee, row.desk_revision) == ("in-review", sam, 1)


def test_taking_it_from_the_queue_goes_back_to_the_same_queue(row: Submission, sam: Any) -> None:
    address = reverse("staff:claim", args=[row.reference]) + "?severity=high"
    response = browser_of(sam).post(address, {"revision": 0, "from": "queue"})
    assert response["Location"] == f"/staff/?severity=high&taken={row.reference}#row-{row.reference}"


def test_what_was_taken_from_the_queue_can_be_taken_back_there(row: Submission, sam: Any) -> None:
    client = browser_of(sam)
    queue = press(client, row, "claim", **{"from": "queue"})["Location"].partition("#")[0]
    offered = f'action="/staff/{row.reference}/undo/"'
    assert offered in client.get(queue).content.decode()
    assert offered not in browser_of(member("alex")).get(queue).content.decode(), "only by who did it"
    assert press(client, row, "undo", **{"from": "queue"})["Location"].startswith("/staff/?")
    assert (row.desk, row.assignee) == ("new", None)
    assert offered not in client.get(queue).content.decode()


@pytest.mark.parametrize("taken", ["222-222", "%00", "x" * 3_000])
def test_a_queue_that_is_told_nonsense_offers_nothing_to_take_back(
    row: Submission, sam: Any, taken: str
) -> None:
    response = browser_of(sam).get(f"/staff/?taken={taken}")
    assert response.status_code == 200
    assert "/undo/" not in response.content.decode()


def test_handing_it_to_a_colleague_leaves_it_for_them_to_take(row: Submission, sam: Any) -> None:
    alex = member("alex")
    press(browser_of(sam), row, "assign", to=alex.pk)
    assert (row.desk, row.assignee) == ("new", alex)
    press(browser_of(sam), row, "assign", to="")
    assert row.assignee is None


@pytest.mark.parametrize("to", ["999999", "nobody", "99999999999999999999", "-1"])
def test_nobody_outside_the_desk_can_be_given_it(row: Submission, sam: Any, to: str) -> None:
    assert press(browser_of(sam), row, "assign", to=to).status_code == 422
    editor = member("ed", EDITOR)
    assert press(browser_of(sam), row, "assign", to=editor.pk).status_code == 422
    assert row.assignee is None


def test_an_opinion_on_a_flag_is_kept_and_takes_the_submission(row: Submission, sam: Any) -> None:
    flag = a_flag(row)
    response = press(browser_of(sam), row, "judge-flag", flag=flag.code, opinion="agree")
    assert response["Location"].endswith(f"#flag-{flag.code}")
    flag.refresh_from_db()
    assert (flag.opinion, row.desk, row.assignee) == ("agree", "in-review", sam)


def test_not_relevant_needs_a_reason_which_is_sealed(row: Submission, sam: Any) -> None:
    flag, client = a_flag(row), browser_of(sam)
    refused = press(client, row, "judge-flag", flag=flag.code, opinion="not-relevant", words="  ")
    assert refused.status_code == 422
    fault = "Say why the flag is not relevant: the reason helps to improve the rule"
    assert Paper(refused.content.decode()).link(fault) == f"#why-{flag.code}"
    press(client, row, "judge-flag", flag=flag.code, opinion="not-relevant", words="Taken after stairs")
    entry = row.history.get()
    assert (entry.opinion, read_note(entry)) == ("not-relevant", "Taken after stairs")
    assert b"stairs" not in bytes(entry.note or b"")


def test_a_flag_of_somebody_else_cannot_be_judged(row: Submission, sam: Any, published: Version) -> None:
    sent(published, URGENT)
    assert press(browser_of(sam), row, "judge-flag", flag="self-harm-now", opinion="agree").status_code == 422
    assert (
        press(browser_of(sam), row, "judge-flag", flag=a_flag(row).code, opinion="eligible").status_code
        == 422
    )


@pytest.mark.parametrize(("decision", "state"), list(reviews.DECISIONS.items()))
def test_every_decision_moves_it_where_it_belongs(
    row: Submission, sam: Any, decision: str, state: str
) -> None:
    press(browser_of(sam), row, "decide", decision=decision, words="Spoke on the phone")
    assert (row.desk, row.decision, row.assignee) == (state, decision, sam)
    assert row.decided_at


@pytest.mark.parametrize("decision", ["eligible", "", "approved", "discussed "])
def test_there_is_no_decision_that_says_what_a_patient_may_have(
    row: Submission, sam: Any, decision: str
) -> None:
    assert press(browser_of(sam), row, "decide", decision=decision).status_code == 422
    assert row.desk == "new"


def test_words_typed_without_a_decision_are_still_there_and_the_decision_is_asked_for(
    row: Submission, sam: Any
) -> None:
    refused = press(browser_of(sam), row, "decide", words="Records are on their way")
    assert refused.status_code == 422
    html = refused.content.decode()
    assert Paper(html).link("Choose one of the decisions") == "#d-discussed"
    note, _, decision = html.partition("What happens next?")
    assert 'id="note"' in note and "on their way" not in note
    assert "Records are on their way" in decision


def test_what_was_decided_can_be_opened_again(row: Submission, sam: Any) -> None:
    client = browser_of(sam)
    assert press(client, row, "reopen").status_code == 422
    press(client, row, "decide", decision="closed")
    press(client, row, "reopen", words="New records came")
    assert (row.desk, row.decision, row.decided_at) == ("in-review", "", None)
    assert [entry.kind for entry in row.history.all()] == ["reopen", "decide"]


def test_the_last_step_can_be_undone_and_stays_in_the_history(row: Submission, sam: Any) -> None:
    client, flag = browser_of(sam), a_flag(row)
    press(client, row, "judge-flag", flag=flag.code, opinion="agree")
    assert "for 10 seconds" in client.get(f"/staff/{row.reference}/").content.decode()
    assert press(client, row, "undo").status_code == 303
    flag.refresh_from_db()
    assert (flag.opinion, row.desk, row.assignee) == ("", "new", None)
    assert [entry.kind for entry in row.history.all()] == ["undo", "opinion"]
    assert press(client, row, "undo").status_code == 422, "an undo is not undone"


def test_a_decision_that_is_undone_gives_back_the_time_of_the_one_before(row: Submission, sam: Any) -> None:
    reviews.decide_submission(submission=row, decision="needs-call", words="", actor=reviewing(sam, row))
    row.refresh_from_db()
    before = row.decided_at
    reviews.decide_submission(submission=row, decision="closed", words="", actor=reviewing(sam, row))
    reviews.undo_last_step(submission=row, actor=reviewing(sam, row))
    row.refresh_from_db()
    assert (row.desk, row.decision, row.decided_at) == ("waiting", "needs-call", before)


def test_after_ten_seconds_and_for_others_there_is_no_undo(row: Submission, sam: Any) -> None:
    now = timezone.now()
    reviews.claim_submission(submission=row, actor=reviewing(sam, row, now=now))
    with pytest.raises(NotPossibleError):
        reviews.undo_last_step(submission=row, actor=reviewing(member("alex"), row, now=now))
    with pytest.raises(NotPossibleError):
        reviews.undo_last_step(submission=row, actor=reviewing(sam, row, now=now + timedelta(seconds=11)))
    reviews.undo_last_step(submission=row, actor=reviewing(sam, row, now=now + timedelta(seconds=10)))


def test_the_second_of_two_reviewers_is_told_and_overwrites_nothing(row: Submission, sam: Any) -> None:
    alex = member("alex", first_name="Alex", last_name="Rivera")
    press(browser_of(alex), row, "claim")
    response = browser_of(sam).post(
        f"/staff/{row.reference}/note/", {"revision": 0, "words": "She sounded well"}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Alex Rivera was faster: Alex Rivera took it" in html
    assert "She sounded well" in html, "what was typed is kept"
    row.refresh_from_db()
    assert (row.assignee, row.desk_revision, row.history.count()) == (alex, 1, 1)


def test_the_database_lets_only_one_of_two_at_the_same_moment(row: Submission, sam: Any) -> None:
    mine, theirs = Submission.objects.get(pk=row.pk), Submission.objects.get(pk=row.pk)
    hand = reviewing(sam, row)
    reviews.claim_submission(submission=mine, actor=hand)
    with pytest.raises(StaleReviewError):
        reviews.claim_submission(submission=theirs, actor=hand)


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "٣"])
def test_a_form_without_a_revision_changes_nothing(row: Submission, sam: Any, revision: str) -> None:
    assert press(browser_of(sam), row, "claim", revision=revision).status_code == 409
    assert row.desk == "new"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("", 422),
        (" \r\n ", 422),
        ("x" * 4_001, 422),
        ("a\x00b", 422),
        ("<b>ok</b> ¿qué? 🙂", 303),
        ("x" * 4_000, 303),
    ],
)
def test_a_note_takes_any_words_and_refuses_what_cannot_be_kept(
    row: Submission, sam: Any, words: str, status: int
) -> None:
    client = browser_of(sam)
    assert press(client, row, "note", words=words).status_code == status
    if status == 303 and "<b>" in words:
        assert "&lt;b&gt;ok&lt;/b&gt;" in client.get(f"/staff/{row.reference}/").content.decode()


def test_every_step_is_recorded_by_code_and_never_in_words(row: Submission, sam: Any) -> None:
    client, flag = browser_of(sam), a_flag(row)
    press(client, row, "note", words="secret words")
    press(client, row, "judge-flag", flag=flag.code, opinion="not-relevant", words="secret reason")
    press(client, row, "decide", decision="needs-call", words="secret plan")
    events = AuditEvent.objects.filter(action__startswith="review.")
    assert [event.action for event in events.order_by("id")] == [
        "review.note",
        "review.opinion",
        "review.decide",
    ]
    assert all(event.actor == f"user:{sam.pk}" and event.request_id for event in events)
    assert "secret" not in str([event.detail for event in events])
    assert {"flag": flag.code, "opinion": "not-relevant", "revision": 2} in [event.detail for event in events]


def test_the_history_cannot_be_rewritten(row: Submission, sam: Any) -> None:
    entry = reviews.add_note(submission=row, words="First", actor=reviewing(sam, row))
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewEntry.objects.filter(pk=entry.pk).update(kind="decide")
    ReviewEntry.objects.filter(pk=entry.pk).update(note=entry.note)


def test_a_failure_in_the_middle_leaves_nothing_behind(
    row: Submission, sam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.actions.reviews.audit.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reviews.claim_submission(submission=row, actor=reviewing(sam, row))
    row.refresh_from_db()
    assert (row.desk, row.desk_revision, row.history.count()) == ("new", 0, 0)


@pytest.mark.parametrize("step", STEPS)
def test_outsiders_cannot_take_a_step(row: Submission, step: str) -> None:
    address = reverse(f"staff:{step}", args=[row.reference])
    signed_out = Client().post(address, {"revision": 0})
    assert (signed_out.status_code, row.history.count()) == (302, 0)
    assert browser_of(member("ed", EDITOR)).post(address, {"revision": 0}).status_code == 404


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_never_taken_by_a_link(row: Submission, sam: Any, step: str) -> None:
    assert browser_of(sam).get(reverse(f"staff:{step}", args=[row.reference])).status_code == 405


def test_a_forged_step_is_refused(row: Submission, sam: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam)
    assert client.post(reverse("staff:claim", args=[row.reference]), {"revision": 0}).status_code == 403


def test_the_clinic_words_its_own_decisions(row: Submission, sam: Any) -> None:
    clinic_settings.save(
        values=replace(clinic.from_environment(), decision_closed="Filed"), actor="user:1", now=timezone.now()
    )
    client = browser_of(sam)
    assert "Filed" in client.get(f"/staff/{row.reference}/").content.decode()


def test_a_note_survives_a_change_of_keys(row: Submission, sam: Any, settings: Any) -> None:
    entry = reviews.add_note(submission=row, words="Keep this", actor=reviewing(sam, row))
    printed = StringIO()
    call_command("rotate_keys", stdout=printed)
    settings.ANSWER_KEYS = printed.getvalue().strip().partition("=")[2]
    call_command("rotate_keys", reencrypt=True, stdout=StringIO())
    printed = StringIO()
    call_command("rotate_keys", retire=True, stdout=printed)
    settings.ANSWER_KEYS = printed.getvalue().strip().partition("=")[2]
    entry.refresh_from_db()
    assert read_note(entry) == "Keep this"
