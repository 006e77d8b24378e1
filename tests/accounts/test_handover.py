"""When somebody leaves or changes role, their open work returns to the queue, and the pages say so before and
after."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.models import Version
from screening.actions import people, reviews
from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER
from screening.models import AuditEvent, Submission
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, acting, browser_of, member, reviewing, sent_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Any:
    return member("ada", ADMINISTRATOR)


@pytest.fixture
def office(ada: Any) -> Client:
    return browser_of(ada)


@pytest.fixture
def sam(published: Version) -> Any:
    """A reviewer with an urgent submission in review, one that waits on its patient, and one that is done."""
    user = member("sam")
    for minutes, answers, decision in ((42, URGENT, ""), (90, SEVERAL, "needs-call"), (99, None, "closed")):
        row = sent_ago(published, minutes, answers)
        reviews.claim_submission(submission=row, actor=reviewing(user, row))
        if decision:
            reviews.decide_submission(submission=row, decision=decision, words="", actor=reviewing(user, row))
    return user


def words(html: bytes) -> str:
    return " ".join(Paper(html.decode()).text.split())


def test_the_page_before_says_how_many_and_changes_nothing(office: Client, sam: Any) -> None:
    page = office.get(f"/accounts/people/{sam.pk}/deactivate/")
    assert "Deactivate sam?" in words(page.content)
    assert "2 open submissions assigned to them return to the queue, unassigned." in words(page.content)
    sam.refresh_from_db()
    assert sam.is_active


def test_deactivating_returns_open_work_each_with_an_entry_and_an_event(
    office: Client, ada: Any, sam: Any
) -> None:
    response = office.post(f"/accounts/people/{sam.pk}/deactivate/")
    assert response["Location"] == "/accounts/people/?returned=2"
    assert "2 submissions returned to the queue, unassigned." in words(
        office.get(response["Location"]).content
    )
    urgent, waiting, done = Submission.objects.order_by("-submitted_at")
    assert [(row.assignee, row.desk) for row in (urgent, waiting)] == [(None, "new"), (None, "waiting")]
    assert done.assignee == sam, "what is done stays theirs"
    assert urgent.alarm
    entry = urgent.history.first()
    assert entry and (entry.kind, entry.actor, entry.before["assignee_id"]) == ("returned", ada, sam.pk)
    assert AuditEvent.objects.filter(action="review.returned").count() == 2
    assert "returned it to the queue" in words(office.get(f"/staff/{urgent.reference}/").content)


def test_a_role_that_works_on_no_submissions_returns_them_too(office: Client, sam: Any) -> None:
    response = office.post(f"/accounts/people/{sam.pk}/role/", {"role": EDITOR})
    assert response["Location"] == "/accounts/people/?returned=2"
    assert not Submission.objects.filter(assignee=sam).exclude(desk="done").exists()


def test_a_role_that_still_works_on_them_keeps_them(office: Client, sam: Any) -> None:
    assert (
        office.post(f"/accounts/people/{sam.pk}/role/", {"role": ADMINISTRATOR})["Location"]
        == "/accounts/people/"
    )
    assert (
        office.post(f"/accounts/people/{sam.pk}/role/", {"role": REVIEWER})["Location"] == "/accounts/people/"
    )
    assert Submission.objects.filter(assignee=sam).count() == 3


def test_it_is_one_transaction(ada: Any, sam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.actions.people.alarms.return_open_work", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        people.deactivate_account(user=sam, actor=acting(ada))
    sam.refresh_from_db()
    assert sam.is_active


def test_resetting_a_sign_in_asks_first(office: Client, sam: Any) -> None:
    page = words(office.get(f"/accounts/people/{sam.pk}/link/").content)
    assert "Reset sign-in for sam?" in page and "removes their password and two-step sign-in" in page
    sam.refresh_from_db()
    assert sam.has_usable_password()
    assert "/accounts/join/?key=" in office.post(f"/accounts/people/{sam.pk}/link/").content.decode()


def test_nobody_is_asked_about_their_own_account(office: Client, ada: Any) -> None:
    for path in ("link", "deactivate"):
        assert office.get(f"/accounts/people/{ada.pk}/{path}/").status_code == 422
    assert office.get("/accounts/people/?returned=<script>").status_code == 200
