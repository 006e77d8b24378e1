"""When a page of the desk cannot be shown: staff get the desk's words, patients theirs, and nothing typed is
lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from django.test import Client

from questionnaire.models import Version
from screening.core.staff_roles import ADMINISTRATOR
from screening.models import Submission
from tests.builders.browsing import Paper
from tests.builders.sign_in import PASSWORD
from tests.builders.staff import browser_of, member, sent_ago

pytestmark = pytest.mark.django_db
OURS = {"HTTP_ORIGIN": "http://testserver"}


def strict(user: Any) -> Client:
    """A browser whose forms are checked, as in the world."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "path", ["/staff/nothing-here/", "/staff/K7M-4QX/", "/editor/nothing/7/", "/accounts/none/"]
)
def test_a_wrong_address_on_the_desk_leads_back_to_work(path: str) -> None:
    response = browser_of(member("sam")).get(path)
    page = Paper(response.content.decode())
    assert (response.status_code, page.h1) == (404, ["There is no such page"])
    assert "Back to work" in page.text
    assert "your form" not in page.text


def test_a_stranger_and_a_patient_never_see_the_desk_in_an_error() -> None:
    sam = browser_of(member("sam"))
    for client, path in (
        (Client(), "/staff/nothing-here/"),
        (sam, "/s/nothing-here/"),
        (Client(), "/nothing/"),
    ):
        page = Paper(client.get(path).content.decode())
        assert "If you need help now" in page.text
        assert "Back to work" not in page.text


def test_a_note_on_a_page_that_was_open_too_long_is_shown_and_can_be_sent_again(published: Version) -> None:
    row = sent_ago(published, 30)
    client = strict(member("sam"))
    words = {"words": "She will <b>bring</b> the letter", "revision": "0"}
    response = client.post(f"/staff/{row.reference}/note/", words, **OURS)
    page = Paper(response.content.decode())
    assert (response.status_code, page.h1) == (403, ["This page was open too long"])
    form = next(form for form in page.forms if form.named("words"))
    answer = client.post(f"/staff/{row.reference}/note/", dict(form.filled()), **OURS)
    assert answer.status_code == 303
    assert [entry.kind for entry in Submission.objects.get().history.all()] == ["note"]


def test_what_another_site_posted_is_not_offered_to_be_sent(published: Version) -> None:
    row = sent_ago(published, 30)
    client = strict(member("sam"))
    response = client.post(
        f"/staff/{row.reference}/note/", {"words": "forged"}, HTTP_ORIGIN="https://evil.example"
    )
    assert response.status_code == 403
    assert "forged" not in response.content.decode()


def test_a_sign_in_page_that_was_open_too_long_never_shows_the_password() -> None:
    member("sam")
    response = Client(enforce_csrf_checks=True).post(
        "/accounts/login/", {"login": "sam", "password": PASSWORD}, **OURS
    )
    page = Paper(response.content.decode())
    assert (response.status_code, page.h1) == (403, ["This page was open too long"])
    assert PASSWORD not in response.content.decode()
    assert "Go to the sign-in page" in page.text


def test_too_much_text_says_how_much_is_enough(published: Version) -> None:
    row = sent_ago(published, 30)
    response = browser_of(member("sam")).post(f"/staff/{row.reference}/note/", {"words": "x" * 300_000})
    assert response.status_code == 413
    assert "a note holds 4,000 characters" in response.content.decode()


def test_the_wrong_method_is_refused_on_the_desk(published: Version) -> None:
    response = browser_of(member("sam")).post("/staff/overview/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "use the buttons of the page" in response.content.decode()


def test_a_fault_of_ours_comes_with_the_number_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.staff.overview.collect_statistics", lambda **_: 1 / 0)
    client = browser_of(member("sam"))
    client.raise_request_exception = False
    response = client.get("/staff/overview/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()


def test_without_the_database_there_is_a_page_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser_of(member("sam", ADMINISTRATOR))
    client.raise_request_exception = False

    def gone(*_: Any, **__: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(get_user_model(), "has_perm", gone)
    response = client.get("/staff/overview/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
