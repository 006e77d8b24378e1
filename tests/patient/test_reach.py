"""An urgent patient is asked how the clinic can reach them, and may go on without after one plain
statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import submissions
from screening.models import Submission
from screening.queries import clinic
from screening.queries.reachability import can_be_reached
from screening.reports.chart_summary import build_summary
from tests.builders.browsing import Patient
from tests.builders.invited import ANA, begun, invited
from tests.builders.staff import browser_of, member
from tests.builders.submissions import answered, filled, holding, loaded_by, started

pytestmark = pytest.mark.django_db
URGENT = {"safety-now": ["self-harm"]}
SOON = "Your clinic will want to reach you soon. Please leave a name and a phone number."
NO_NUMBER = "Without a phone number, your clinic cannot call you"
ANYWAY = "Continue without a phone number"


def about_you(
    version: Version, answers: Mapping[str, object], *, language: str = "en", **columns: Any
) -> Patient:
    """A patient with everything answered and read, on the page about them."""
    token, loaded = started(version, language=language)
    Submission.objects.filter(pk=loaded.row.pk).update(**columns) if columns else None
    loaded = answered(loaded, answers)
    if loaded.response.pending:
        submissions.mark_interruption_read(loaded=loaded, now=timezone.now())
    patient = Patient(holding(token))
    patient.visit("/s/you/")
    return patient


def test_an_urgent_patient_is_asked_first_for_a_number_and_nothing_is_chosen_for_them(
    published: Version,
) -> None:
    patient = about_you(published, URGENT)
    assert SOON in patient.page.text
    assert {"phone", "message", "place", "emergency_contact"} <= set(patient.page.main_form.questions)
    assert not any(control.checked for control in patient.page.main_form.named("message"))
    patient.press({"name": "Ana", "phone": "555 010 4477", "message": "no", "place": "Austin"})
    assert patient.address == "/s/check/"
    assert "Austin" in patient.page.text
    identity = loaded_by(patient).identity
    assert identity is not None
    assert identity["message"] == "no"
    assert identity["place"] == "Austin"


def test_nobody_else_is_hurried(published: Version) -> None:
    patient = about_you(published, {})
    assert SOON not in patient.page.text
    assert not {"message", "place"} & set(patient.page.main_form.questions)
    patient.press()
    assert patient.address == "/s/check/"


@pytest.mark.parametrize("given", [{}, {"name": "Ana"}])
def test_without_a_number_they_go_on_after_one_plain_statement(
    published: Version, given: dict[str, str]
) -> None:
    patient = about_you(published, URGENT)
    assert ANYWAY not in patient.page.text
    page = patient.press(given)
    assert (patient.address, patient.status) == ("/s/you/", 422)
    assert NO_NUMBER in page.text
    assert "call 911" in page.text
    patient.press(button=ANYWAY)
    assert patient.address == "/s/check/"
    assert (loaded_by(patient).identity or {}).get("name", "") == given.get("name", "")
    patient.press()
    assert patient.address == "/s/result/"


def test_an_e_mail_address_is_a_way_too(published: Version) -> None:
    patient = about_you(published, URGENT)
    patient.press({"email": "ana@example.com"})
    assert patient.address == "/s/check/"


def test_a_phone_that_is_no_phone_is_said_in_one_line_and_nothing_is_lost(published: Version) -> None:
    patient = about_you(published, URGENT)
    page = patient.press({"phone": "call me", "place": "Austin", "emergency_contact": "Luis, 555 010 9911"})
    assert patient.status == 422
    assert page.link("Enter a phone number, such as 555 010 4477") == "#id_phone"
    assert page.main_form.named("place")[0].value == "Austin"
    assert page.main_form.named("emergency_contact")[0].value == "Luis, 555 010 9911"


def test_an_urgent_answer_after_that_page_shows_it_once_more(published: Version) -> None:
    patient = about_you(published, {})
    patient.press()
    number = loaded_by(patient).definition.page_of["safety-now"]
    patient.visit(f"/s/{number}/")
    patient.press({"safety-now": "self-harm"})
    assert patient.address == "/s/interruption/"
    patient.press(button="I have read this")
    assert patient.address == "/s/you/"
    assert SOON in patient.page.text
    patient.press()
    patient.press(button=ANYWAY)
    assert patient.address == "/s/check/"
    patient.visit("/s/")
    assert patient.address == "/s/check/", "asked once"


def test_on_the_tablet_they_are_told_to_tell_the_staff_and_asked_for_nothing_more(published: Version) -> None:
    patient = about_you(published, URGENT, kiosk=True)
    assert "Tell the staff now." in patient.page.text
    assert SOON not in patient.page.text
    assert not {"message", "place"} & set(patient.page.main_form.questions)
    patient.press()
    assert patient.address == "/s/check/"


def test_in_spanish(published: Version) -> None:
    patient = about_you(published, URGENT, language="es")
    assert "Su clínica querrá comunicarse pronto con usted." in patient.page.text
    patient.press()
    assert "Sin un número de teléfono, su clínica no puede llamarle" in patient.page.text
    patient.press(button="Continuar sin número de teléfono")
    assert patient.address == "/s/check/"


def test_staff_see_how_to_reach_them_on_the_page_and_the_chart(published: Version) -> None:
    identity = {
        "name": "Ana",
        "phone": "555 010 4477",
        "message": "no",
        "place": "Austin, Texas",
        "emergency_contact": "Luis, 555 010 9911",
    }
    _, loaded = filled(published, URGENT, identity=identity)
    row = submissions.submit(loaded=loaded, now=timezone.now())
    shown = browser_of(member("sam")).get(f"/staff/{row.reference}/").content.decode()
    for words in ("A message may be left", "Austin, Texas", "Luis, 555 010 9911"):
        assert words in shown
    page = build_summary(loaded, row.flags.all(), clinic.current(), row.version, now=timezone.now())
    assert ("A message may be left", "No") in page.person
    assert ("Where they were when they filled this in", "Austin, Texas") in page.person


def test_a_phone_on_the_invitation_is_a_way_to_reach_them_and_stays_hidden_from_the_link(
    published: Version,
) -> None:
    sam = member("sam")
    patient = begun(invited(sam, {**ANA, "phone": "555 010 7788"}))
    loaded = answered(loaded_by(patient), URGENT)
    submissions.mark_interruption_read(loaded=loaded, now=timezone.now())
    patient.visit("/s/you/")
    assert "555 010 7788" not in patient.html
    assert "Your clinic has a number for you." in patient.page.text
    patient.press()
    assert patient.address == "/s/check/", "there is a way to reach them"
    patient.press()
    row = Submission.objects.get()
    shown = browser_of(sam).get(f"/staff/{row.reference}/").content.decode()
    assert "Phone from the invitation" in shown
    assert "tel:5550107788" in shown


def test_a_phone_on_an_invitation_needs_a_name_and_has_to_be_one(published: Version) -> None:
    staff = browser_of(member("sam"))
    page = staff.post("/staff/invitations/", {"language": "en", "phone": "555 010 7788"}).content.decode()
    assert "Enter the name that goes with this phone number" in page
    named = {"language": "en", "name": "Ana", "birth_date": "1980-07-01"}
    page = staff.post("/staff/invitations/", {**named, "phone": "ask her"}).content.decode()
    assert "Enter a phone number, such as 555 010 4477" in page
    made = staff.post("/staff/invitations/", {**named, "phone": "555 010 7788"})
    assert made.status_code == 200
    assert "555 010 7788" in staff.get("/staff/invitations/").content.decode()


@pytest.mark.parametrize(
    ("known", "reachable"),
    [
        ([{}], False),
        ([{"name": "Ana", "place": "Austin", "emergency_contact": "Luis"}], False),
        ([{"phone": "5550104477"}], True),
        ([{"email": "ana@example.com"}], True),
        ([{}, {"phone": "5550104477"}], True),
        ([{"invited_phone": "5550104477"}], True),
    ],
)
def test_what_counts_as_a_way_to_reach_somebody(known: list[dict[str, str]], reachable: bool) -> None:
    assert can_be_reached(*known) is reachable
