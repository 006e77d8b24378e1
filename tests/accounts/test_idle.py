"""A session in which nothing happens ends; what was being written comes back to the same person, and to
nobody else."""

from __future__ import annotations

import time

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.models import AuditEvent, ReviewEntry
from screening.queries.clinic import ClinicValues
from tests.builders.browsing import Paper
from tests.builders.staff import browser_of, member
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db
NOTE = "She will bring the letter from her cardiologist."


def left_alone(client: Client, minutes: float) -> None:
    """As if this browser had shown its last page so long ago."""
    session: SessionBase = client.session
    session["seen"] = int(time.time() - minutes * 60)
    session.save()


def sign_in(client: Client, name: str = "sam") -> None:
    client.post(reverse("account_login"), {"login": name, "password": "correct horse battery"})


def test_a_session_ends_after_fifteen_minutes_without_a_page(published: Version) -> None:
    client = browser_of(member("sam"))
    client.get("/staff/")
    left_alone(client, 14)
    assert client.get("/staff/").status_code == 200
    left_alone(client, 15.1)
    response = client.get("/staff/?state=new")
    assert response["Location"] == "/accounts/login/?next=%2Fstaff%2F%3Fstate%3Dnew&idle=1"
    assert "nothing happened for a while" in client.get(response["Location"]).content.decode()
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="account.idle").count() == 1


def test_the_clinic_sets_how_long(published: Version) -> None:
    clinic_settings.save(values=ClinicValues(idle_minutes=5), actor="user:1", now=timezone.now())
    client = browser_of(member("sam"))
    client.get("/staff/")
    left_alone(client, 5.1)
    assert client.get("/staff/").status_code == 302


def test_a_page_counts_as_being_there(published: Version) -> None:
    client = browser_of(member("sam"))
    for _ in range(3):
        left_alone(client, 14)
        assert client.get("/staff/").status_code == 200


def test_a_note_sent_too_late_is_kept_and_saved_after_signing_in(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    client.get(f"/staff/{row.reference}/")
    left_alone(client, 20)
    note = reverse("staff:note", args=[row.reference])
    response = client.post(note, {"revision": "0", "words": NOTE})
    assert response["Location"] == "/accounts/login/?next=%2Faccounts%2Fkept%2F&idle=1"
    assert not ReviewEntry.objects.exists(), "nothing is written for somebody who is signed out"
    sign_in(client)
    page = Paper(client.get("/accounts/kept/").content.decode())
    assert NOTE in page.text
    form = next(form for form in page.forms if form.action == note)
    assert client.post(note, dict(form.filled())).status_code == 303
    assert ReviewEntry.objects.get().kind == "note"


def test_a_page_that_leaves_by_itself_hands_over_what_is_being_written(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    client.get(f"/staff/{row.reference}/")
    left_alone(client, 60)
    note = reverse("staff:note", args=[row.reference])
    response = client.post("/accounts/idle/", {"to": note, "kept-words": NOTE, "kept-revision": "0"})
    assert "kept" in response["Location"]
    sign_in(client)
    assert NOTE in client.get("/accounts/kept/").content.decode()


def test_somebody_else_at_the_same_device_never_sees_it(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    left_alone(client, 20)
    client.post(reverse("staff:note", args=[row.reference]), {"revision": "0", "words": NOTE})
    member("robin")
    sign_in(client, "robin")
    response = client.get("/accounts/kept/")
    assert response.status_code == 302
    assert "kept" not in client.session


def test_it_can_be_thrown_away(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    left_alone(client, 20)
    client.post(reverse("staff:note", args=[row.reference]), {"revision": "0", "words": NOTE})
    sign_in(client)
    client.post("/accounts/kept/", {"kept": kept_in(client)[0]})
    assert client.get("/accounts/kept/").status_code == 302


def kept_in(client: Client) -> list[str]:
    """What stands on the page of things not sent: the name of each form."""
    page = Paper(client.get("/accounts/kept/").content.decode())
    return [
        control.value for form in page.forms for control in form.named("kept") if control.kind == "hidden"
    ]


def test_two_tabs_that_leave_together_both_hand_over_their_words(published: Version) -> None:
    first, second = sent(published), sent(published)
    client = browser_of(member("sam"))
    for row, words in ((first, NOTE), (second, "Call her sister.")):
        note = reverse("staff:note", args=[row.reference])
        client.post("/accounts/idle/", {"to": note, "kept-words": words, "kept-revision": "0"})
    sign_in(client)
    page = Paper(client.get("/accounts/kept/").content.decode())
    assert NOTE in page.text and "Call her sister." in page.text
    form = next(form for form in page.forms if form.action == reverse("staff:note", args=[second.reference]))
    assert client.post(form.action, dict(form.filled()))["Location"] == "/accounts/kept/", "there is one more"
    assert [entry.submission_id for entry in ReviewEntry.objects.filter(kind="note")] == [second.pk]
    assert len(kept_in(client)) == 1
    assert "not saved yet" in client.get("/staff/").content.decode()


def test_a_note_in_one_tab_outlives_another_that_left_with_nothing_in_it(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    client.post("/accounts/idle/")
    note = reverse("staff:note", args=[row.reference])
    response = client.post(note, {"revision": "0", "words": NOTE})
    assert response["Location"] == "/accounts/login/?next=%2Faccounts%2Fkept%2F&idle=1"
    sign_in(client)
    assert len(kept_in(client)) == 1


def test_what_was_not_sent_survives_being_signed_out_once_more(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    client.post("/accounts/idle/", {"to": reverse("staff:note", args=[row.reference]), "kept-words": NOTE})
    sign_in(client)
    client.post("/accounts/idle/")
    sign_in(client)
    assert len(kept_in(client)) == 1


def test_a_form_that_is_refused_stays_kept(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    note = reverse("staff:note", args=[row.reference])
    client.post("/accounts/idle/", {"to": note, "kept-words": NOTE, "kept-revision": "7"})
    sign_in(client)
    assert client.post(note, {"words": NOTE, "revision": "7", "kept": kept_in(client)[0]}).status_code == 409
    assert len(kept_in(client)) == 1


def test_a_stranger_without_a_session_keeps_nothing(published: Version) -> None:
    client = Client()
    client.post(reverse("staff:note", args=[sent(published).reference]), {"words": NOTE, "revision": "0"})
    assert "kept" not in client.session


@pytest.mark.parametrize(
    "to", ["https://evil.example/staff/", "//evil.example/", "/accounts/password/", "", "/staff/..//x"]
)
def test_only_forms_of_the_desk_are_kept(to: str) -> None:
    client = browser_of(member("sam"))
    client.post("/accounts/idle/", {"to": to, "kept-words": NOTE})
    sign_in(client)
    assert client.get("/accounts/kept/").status_code == 302


def test_far_too_much_is_not_kept() -> None:
    client = browser_of(member("sam"))
    client.post("/accounts/idle/", {"to": "/staff/AAA-222/note/", "kept-words": "x" * 100_000})
    sign_in(client)
    assert kept_in(client) == []


def test_saying_that_one_is_there_extends_the_session() -> None:
    client = browser_of(member("sam"))
    left_alone(client, 14)
    assert client.post("/accounts/stay/", headers={"sec-fetch-dest": "empty"}).status_code == 204
    assert client.session["seen"] > time.time() - 60
    assert client.post("/accounts/stay/")["Location"] == "/accounts/", "and from there to where one works"


def test_saying_it_too_late_extends_nothing() -> None:
    client = browser_of(member("sam"))
    left_alone(client, 16)
    assert client.post("/accounts/stay/").status_code == 302
    assert client.post("/accounts/stay/").status_code == 403


def test_patients_are_never_signed_out(published: Version) -> None:
    client = browser_of(member("sam"))
    left_alone(client, 600)
    assert client.get("/").status_code == 200
    assert client.get("/help-now/").status_code == 200
