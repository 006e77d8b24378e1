"""Two tabs, double clicks and the Back button lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import submissions
from screening.models import Submission
from screening.queries.submission import load_with_token
from tests.builders.browsing import Patient
from tests.builders.submissions import holding, loaded_by, patient_at, started


def second_tab(patient: Patient) -> Patient:
    other = Patient(patient.client)
    other.visit(patient.address)
    return other


def test_the_same_answer_twice_is_saved_once(published: Version) -> None:
    patient = patient_at(published, "age")
    other = second_tab(patient)
    patient.press({"age": "45"})
    other.press({"age": "45"})
    assert (patient.status, other.status) == (200, 200)
    assert patient.address == other.address


def test_two_different_answers_are_both_shown(published: Version) -> None:
    patient = patient_at(published, "age")
    other = second_tab(patient)
    patient.press({"age": "45"})
    page = other.press({"age": "54"})
    assert other.status == 409
    assert "45 years" in page.text
    assert "54 years" in page.text
    assert loaded_by(patient).response.answers["age"] == 45


@pytest.mark.parametrize(("button", "kept"), [("Keep what I just sent", 54), ("Keep what was saved", 45)])
def test_the_patient_chooses_which_answer_stands(published: Version, button: str, kept: int) -> None:
    patient = patient_at(published, "age")
    other = second_tab(patient)
    patient.press({"age": "45"})
    other.press({"age": "54"})
    other.press(button=button)
    assert other.address == "/s/4/"
    assert loaded_by(patient).response.answers["age"] == kept


def test_tabs_on_different_pages_do_not_disturb_each_other(published: Version) -> None:
    patient = patient_at(published, "goal-conditions")
    back = Patient(patient.client)
    back.visit("/s/3/")
    patient.press({"goal-conditions": ["anxiety"]})
    back.press({"age": "54"})
    assert back.status == 200
    answers = loaded_by(patient).response.answers
    assert (answers["age"], answers["goal-conditions"]) == (54, ("anxiety",))


def test_a_write_between_reading_and_writing_is_noticed_and_joined(published: Version) -> None:
    token, loaded = started(published)
    other = load_with_token(token, now=timezone.now())
    now = timezone.now()
    common: dict[str, Any] = {"number": 1, "seen": loaded.seen(1), "urgent": frozenset(), "now": now}
    submissions.save_page(loaded=loaded, values={"symptoms-now": ("none",)}, **common)
    late = submissions.save_page(loaded=other, values={"symptoms-now": ("none",)}, **common)
    assert late.response.answers["symptoms-now"] == ("none",)
    fresh = load_with_token(token, now=now)
    common |= {"number": 2, "seen": fresh.seen(2)}
    submissions.save_page(loaded=other, values={"safety-now": ("self-harm",)}, **common)
    after = load_with_token(token, now=now)
    assert set(after.response.answers) == {"symptoms-now", "safety-now"}
    assert after.response.pending == {"self-harm-now"}, "urgency is judged again on what is really saved"


def test_an_answer_changed_between_reading_and_writing_is_not_overwritten(published: Version) -> None:
    token, loaded = started(published)
    other = load_with_token(token, now=timezone.now())
    common: dict[str, Any] = {
        "number": 1,
        "seen": loaded.seen(1),
        "urgent": frozenset(),
        "now": timezone.now(),
    }
    submissions.save_page(loaded=loaded, values={"symptoms-now": ("none",)}, **common)
    with pytest.raises(submissions.StalePageError):
        submissions.save_page(loaded=other, values={"symptoms-now": ("not-sure",)}, **common)


def test_a_sent_form_cannot_be_changed(published: Version) -> None:
    token, loaded = started(published)
    Submission.objects.update(state="submitted", reference="AAA-AAA", submitted_at=timezone.now())
    response = holding(token).post("/s/1/", {"symptoms-now": "none", "seen": loaded.seen(1)})
    assert response["Location"] == "/s/result/"
    with pytest.raises(submissions.AlreadySentError):
        submissions.save_page(
            loaded=loaded,
            number=1,
            values={"symptoms-now": ("none",)},
            seen=loaded.seen(1),
            urgent=frozenset(),
            now=timezone.now(),
        )
