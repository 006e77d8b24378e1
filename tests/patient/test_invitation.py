"""A patient opens the link their clinic made for them: it begins a form, again and again until one was sent,
and shows nothing to anybody else it reached."""

from __future__ import annotations

import json
import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from questionnaire.models import Version
from screening.core import encryption, logs
from screening.models import AuditEvent, Invitation, Submission
from screening.patient.device import cookie_name
from tests.builders.browsing import says
from tests.builders.invited import ANA, BORN, NOT_BORN, at, begun, invited
from tests.builders.left_in_english import left_in_english
from tests.builders.submissions import loaded_by

pytestmark = pytest.mark.django_db


# The link and its button ------------------------------------------------------------------------------------


def test_looking_at_a_link_changes_nothing_and_shows_no_name(published: Version, sam: Any) -> None:
    link = invited(sam)
    before = list(Invitation.objects.values())
    for _preview in range(3):
        response = Client().get(link)
        assert response.status_code == 200
        assert not says("Ana", response.content.decode())
        assert not says("1980", response.content.decode().replace("such as 1980", ""))
    assert list(Invitation.objects.values()) == before
    assert not Submission.objects.exists()
    assert not AuditEvent.objects.filter(object_type="submission").exists()


def test_its_button_begins_a_form_and_the_address_forgets_the_link(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    assert patient.address == "/s/1/"
    assert link not in patient.html
    row = Invitation.objects.get()
    assert (row.submission, row.tries) == (loaded_by(patient).row, 0)
    assert row.opened_at is not None


def test_the_key_is_kept_nowhere(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link)
    key = link.split("/")[2]
    everything = StringIO()
    call_command("dumpdata", "screening", stdout=everything)
    assert key not in everything.getvalue()
    row = Invitation.objects.get()
    assert ANA["name"].encode() not in bytes(row.identity or b"")
    assert encryption.unseal(row.identity or b"", purpose=f"invitation:{row.uuid}:identity") == ANA


def test_no_log_line_holds_the_key_whatever_happens(
    published: Version, sam: Any, caplog: pytest.LogCaptureFixture
) -> None:
    link, key = invited(sam), ""
    key = link.split("/")[2]
    caplog.set_level(logging.DEBUG)
    begun(link)
    for client in (Client(), Client(enforce_csrf_checks=True)):
        client.post(link, {"birth_year": "x"})
        client.delete(link)
        client.get(link.rstrip("/"))
    Client(raise_request_exception=False).post(link + "?a=b", NOT_BORN)
    lines = [logs.JsonFormatter().format(record) for record in caplog.records]
    said = "".join(lines)
    assert any(json.loads(line).get("path") == "/i/…/" for line in lines)
    assert key not in said
    assert key[:12] not in said


def test_the_page_tells_the_next_one_no_more_than_the_site(published: Version, sam: Any) -> None:
    link = invited(sam)
    responses = [Client().get(link), Client().post(link, NOT_BORN), Client().get("/i/made-up/")]
    responses.append(Client(enforce_csrf_checks=True).post(link, BORN))
    for response in responses:
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["Cache-Control"] == "no-store"
    assert Client().get("/")["Referrer-Policy"] == "same-origin"


def test_looking_costs_three_questions_to_the_database(published: Version, sam: Any) -> None:
    link = invited(sam)
    Client().get(link)  # the first page of a process also reads what the version says
    with CaptureQueriesContext(connection) as asked:
        Client().get(link)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "SELECT", "SELECT"]


# Again, and elsewhere ---------------------------------------------------------------------------------------


def test_the_device_that_holds_the_form_goes_on_with_it(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    patient.press({"symptoms-now": ["none"]})
    patient.visit(link)
    assert patient.address == "/s/2/"


def test_another_device_sees_the_same_page_as_if_nothing_had_begun(published: Version, sam: Any) -> None:
    link = invited(sam)

    def page() -> str:
        patient = at(link)
        hidden = patient.page.main_form.named("csrfmiddlewaretoken")[0].value
        return patient.html.replace(hidden, "")

    before = page()
    begun(link)
    assert page() == before


def test_starting_afresh_elsewhere_shows_nothing_and_leaves_the_first_form_with_its_device(
    published: Version, sam: Any
) -> None:
    link = invited(sam)
    first = begun(link)
    first.press({"symptoms-now": ["chest-pain"]})
    second = begun(link)
    assert loaded_by(second).response.answers == {}
    assert Invitation.objects.get().submission == loaded_by(second).row
    assert loaded_by(first).response.answers == {"symptoms-now": ("chest-pain",)}


def test_with_a_code_the_form_is_taken_up_on_another_device(published: Version, sam: Any) -> None:
    link = invited(sam)
    first = begun(link)
    first.press(button="Save and come back")
    first.press({"year": "1980"})
    code = first.html.split('class="code">')[1].split("<")[0]
    second = at(link)
    second.visit(second.page.link("Come back to a form you saved"))
    second.press({"code": code, "year": "1980"})
    assert Invitation.objects.get().submission == loaded_by(second).row


def test_a_form_deleted_by_its_patient_can_be_begun_again(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    patient.visit("/s/delete/")
    patient.press()
    assert begun(link).address == "/s/1/"


def test_a_cookie_of_another_form_opens_nothing_of_this_one(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link)
    other = begun(invited(sam, {}), {})
    assert at(link, other.client).address == link
    stranger = Client()
    stranger.cookies[cookie_name()] = "made-up"
    assert at(link, stranger).address == link


# Language ---------------------------------------------------------------------------------------------------


def test_it_speaks_the_language_staff_chose_and_begins_a_form_in_it(published: Version, sam: Any) -> None:
    link = invited(sam, language="es")
    patient = at(link)
    assert patient.page.lang == "es"
    for typed in ({}, NOT_BORN, BORN):
        assert left_in_english(patient.html) == set()
        patient.press(dict(typed))
    assert patient.page.lang == "es"
    assert loaded_by(patient).row.language == "es"


def test_another_language_keeps_the_date_half_typed(published: Version, sam: Any) -> None:
    patient = at(invited(sam, language="es"))
    page = patient.press({"birth_year": "19"}, button="English")
    assert (page.lang, page.main_form.named("birth_year")[0].value) == ("en", "19")
    assert 'id="errors"' not in patient.html
    patient.press(BORN)
    assert loaded_by(patient).row.language == "en"
