"""An urgent answer is met with help at once, once, and whatever else goes wrong."""

from __future__ import annotations

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.submissions import answered, holding, loaded_by, patient_at, started


def test_an_urgent_answer_leads_to_help_before_the_next_page(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    page = patient.press({"safety-now": "self-harm"})
    assert patient.followed == ["/s/interruption/"]
    assert "Nobody reads this form live. Your clinic sees your answers only after you send them." in page.text
    assert "You do not have" in page.text or "Thank you for telling us" in page.text
    targets = [target for target, _ in page.links]
    assert {"tel:911", "tel:988", "sms:988"} <= set(targets)


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


def test_what_is_typed_on_a_page_with_an_urgent_and_an_unreadable_answer_is_judged(published: Version) -> None:
    patient = patient_at(published, "phq9-1")
    assert patient.status == 200
    reading = patient_at(published, "bp-systolic", {"bp-reading-known": "yes"})
    page = reading.press({"bp-systolic": "190", "bp-diastolic": "ninety"})
    assert reading.status == 422
    assert "Call 911" in page.text
    assert page.main_form.named("bp-diastolic")[0].value == "ninety"


def test_the_interruption_is_not_reached_without_cause(published: Version) -> None:
    token, _ = started(published)
    patient = Patient(holding(token))
    patient.visit("/s/interruption/")
    assert patient.address == "/s/1/"
