"""An urgent answer is met with help at once, once, and whatever else goes wrong."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from screening.models import ContactRequest, Submission
from tests.builders.browsing import Patient
from tests.builders.invited import set_clinic
from tests.builders.submissions import answered, holding, loaded_by, patient_at, started


def test_an_urgent_answer_leads_to_help_before_the_next_page(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    page = patient.press({"safety-now": "self-harm"})
    assert patient.followed == ["/s/interruption/"]
    assert "No one at your clinic has seen this. No one will unless you call, or send the form." in page.text
    assert "You do not have" in page.text or "Thank you for telling us" in page.text
    targets = [target for target, _ in page.links]
    assert {"tel:911", "tel:988", "sms:988"} <= set(targets)


def test_no_call_is_promised_where_the_clinic_has_not_said_that_it_calls(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    page = patient.press({"safety-now": "self-harm"})
    assert "/contact/" not in [target for target, _ in page.links]


@pytest.mark.parametrize(
    ("language", "values", "offered", "when"),
    [
        ("en", {}, "Ask my clinic to call me", "Someone calls during opening hours."),
        ("en", {"call_back": "the same day"}, "Ask my clinic to call me", "Someone calls the same day."),
        ("es", {}, "Pedir a mi clínica que me llame", "durante el horario de atención"),
    ],
)
def test_where_the_clinic_calls_it_is_offered_after_the_numbers_and_the_form_is_kept(
    published: Version, language: str, values: dict[str, str], offered: str, when: str
) -> None:
    set_clinic(contact_on_urgent=True, **values)
    token, loaded = started(published, language=language)
    answered(loaded, {"safety-now": ["self-harm"]})
    patient = Patient(holding(token))
    page = patient.visit("/s/interruption/")
    said = " ".join(page.text.split())
    assert when in said
    assert max(said.rindex("911"), said.rindex("988")) < said.index(offered)
    patient.visit(page.link(offered))
    assert patient.address == "/contact/"
    patient.press({"name": "Ana", "phone": "555 010 4477"})
    assert ContactRequest.objects.count() == 1
    patient.visit("/s/")
    assert patient.address == "/s/interruption/", "nothing is lost"


def test_on_the_tablet_nobody_is_called_the_staff_are_there(published: Version) -> None:
    set_clinic(contact_on_urgent=True)
    token, loaded = started(published)
    answered(loaded, {"safety-now": ["self-harm"]})
    Submission.objects.update(kiosk=True)
    page = Patient(holding(token)).visit("/s/interruption/")
    assert "Tell the staff now." in page.text
    assert "Ask my clinic to call me" not in page.text


def test_what_was_read_never_interrupts_again(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    patient.press({"safety-now": "self-harm"})
    patient.press(button="I have read this")
    assert patient.address == "/s/3/"
    patient.visit("/s/2/")
    patient.press()
    assert patient.address == "/s/3/"
    assert loaded_by(patient).response.read == {"self-harm-now"}


def test_another_urgent_flag_interrupts_again(published: Version) -> None:
    patient = patient_at(published, "symptoms-now")
    patient.press({"symptoms-now": "chest-pain"})
    patient.press(button="I have read this")
    patient.press({"safety-now": "self-harm"})
    assert patient.address == "/s/interruption/"
    assert "could not tell" not in patient.page.text


def test_an_interruption_cannot_be_walked_around(published: Version) -> None:
    patient = patient_at(published, "symptoms-now")
    patient.press({"symptoms-now": "chest-pain"})
    for path in ("/s/2/", "/s/", "/s/you/", "/s/check/"):
        patient.visit(path)
        assert patient.address == "/s/interruption/"


def test_a_slip_of_the_finger_can_be_corrected_before_reading(published: Version) -> None:
    patient = patient_at(published, "symptoms-now")
    patient.press({"symptoms-now": "chest-pain"})
    patient.visit("/s/1/")
    patient.press({"symptoms-now": "none"})
    assert patient.address == "/s/2/"
    assert not loaded_by(patient).response.pending


def test_nobody_is_interrupted_without_an_urgent_answer(published: Version) -> None:
    _, loaded = started(published)
    assert not answered(loaded, {}).response.pending


def test_a_page_with_an_error_still_shows_help(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    page = patient.press({"safety-now": ["self-harm", "none"]})
    assert patient.status == 422
    assert page.text.index("Call 911") < page.text.index("There is a problem")
    assert "Tick “No” or the answers that fit, not both" in page.text


def test_forgetting_to_answer_alarms_nobody(published: Version) -> None:
    page = patient_at(published, "safety-now").press()
    assert "Call 911" not in page.text


def test_what_is_typed_on_a_page_with_an_urgent_and_an_unreadable_answer_is_judged(
    published: Version,
) -> None:
    patient = patient_at(published, "phq9-1")
    assert patient.status == 200
    reading = patient_at(published, "bp-systolic", {"bp-reading-known": "yes"})
    page = reading.press({"bp-systolic": "190", "bp-diastolic": "ninety", "bp-reading-when": "today"})
    assert reading.status == 422
    assert "Call 911" in page.text
    assert page.main_form.named("bp-diastolic")[0].value == "ninety"


def test_the_interruption_is_not_reached_without_cause(published: Version) -> None:
    token, _ = started(published)
    patient = Patient(holding(token))
    patient.visit("/s/interruption/")
    assert patient.address == "/s/1/"
