"""The blood pressure page: numbers as people type them, and one gentle second look."""

from __future__ import annotations

import pytest

from questionnaire import blood_pressure
from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.submissions import loaded_by, patient_at

KNOWN = {"bp-reading-known": "yes"}
TODAY = {"bp-reading-when": "today"}
"""The date of the reading stands on the same page: without it nothing of the page is kept."""


@pytest.fixture
def patient(published: Version) -> Patient:
    return patient_at(published, "bp-systolic", KNOWN)


def saved(patient: Patient) -> tuple[object, object]:
    answers = loaded_by(patient).response.answers
    return answers.get("bp-systolic"), answers.get("bp-diastolic")


@pytest.mark.parametrize(
    "typed",
    [
        "128/82",
        "128 / 82",
        "120 over 80",
        "128 82",
        "128-82",
        "128/82 mmHg",
        "١٢٨/٨٢",
        "１２８／８２".replace("／", "/"),
        " 128/82 ",
    ],
)
def test_both_numbers_in_the_first_box_are_split(patient: Patient, typed: str) -> None:
    patient.press({"bp-systolic": typed, **TODAY})
    assert patient.status == 200
    assert saved(patient) in {(128, 82), (120, 80)}


def test_one_of_two_numbers_asks_for_the_other_and_keeps_the_first(patient: Patient) -> None:
    page = patient.press({"bp-systolic": "128", **TODAY})
    assert patient.status == 422
    assert page.main_form.named("bp-systolic")[0].value == "128"
    assert [target for target, words in page.links if target.startswith("#id")] == ["#id_bp-diastolic"]


def test_either_number_may_be_not_known(patient: Patient) -> None:
    patient.press({"bp-systolic": ["", "not-sure"], "bp-diastolic": ["", "prefer-not-to-say"], **TODAY})
    assert saved(patient) == ("not-sure", "prefer-not-to-say")


def test_a_number_and_a_tick_together_are_asked_about(patient: Patient) -> None:
    page = patient.press({"bp-systolic": ["128", "not-sure"], "bp-diastolic": "82", **TODAY})
    assert patient.status == 422
    assert "Enter a number or tick a box, not both: Top number" in page.text
    assert page.main_form.named("bp-systolic")[0].value == "128"
    assert page.main_form.named("bp-systolic")[1].checked


def test_swapped_numbers_are_offered_back_and_can_be_swapped(patient: Patient) -> None:
    page = patient.press({"bp-systolic": "78", "bp-diastolic": "119", **TODAY})
    assert patient.status == 422
    assert "The top number should be bigger. Did you swap them?" in page.text
    patient.press(button="Swap them: 119 over 78")
    assert patient.status == 200
    assert saved(patient) == (119, 78)


def test_swapped_numbers_stand_when_continue_is_pressed_again(patient: Patient) -> None:
    patient.press({"bp-systolic": "78", "bp-diastolic": "119", **TODAY})
    patient.press()
    assert patient.status == 200
    assert saved(patient) == (78, 119)


def test_other_swapped_numbers_are_asked_about_again(patient: Patient) -> None:
    patient.press({"bp-systolic": "78", "bp-diastolic": "119", **TODAY})
    patient.press({"bp-systolic": "79"})
    assert patient.status == 422
    assert saved(patient) == (None, None)


def test_equal_numbers_are_asked_about_without_an_offer_to_swap(patient: Patient) -> None:
    page = patient.press({"bp-systolic": "100", "bp-diastolic": "100", **TODAY})
    assert patient.status == 422
    assert page.main_form.buttons[0].words == "Continue"
    assert not page.main_form.named("swap")


@pytest.mark.parametrize(
    ("top", "bottom"), [(201, 100), (79, 50), (179, 121), (90, 39), (100, 86), (199, 78)]
)
def test_odd_numbers_are_read_back_once_and_then_kept(patient: Patient, top: int, bottom: int) -> None:
    page = patient.press({"bp-systolic": str(top), "bp-diastolic": str(bottom), **TODAY})
    assert patient.status == 422
    assert f"You typed {top} over {bottom}" in page.text
    assert not page.title.startswith("Error: ")
    for word in ("high", "low", "normal"):
        assert word not in page.text.split("Check these numbers")[1].split("What was")[0]
    patient.press()
    assert saved(patient) == (top, bottom)


@pytest.mark.parametrize(
    ("top", "bottom"), [(200, 80), (80, 60), (179, 119), (120, 40), (100, 85), (190, 70)]
)
def test_numbers_at_the_edges_are_not_questioned(top: int, bottom: int) -> None:
    assert not blood_pressure.is_odd(top, bottom)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter a number for: Top number"),
        ("   ", "Enter a number for: Top number"),
        ("49", "Enter a number from 50 to 300 for: Top number"),
        ("301", "Enter a number from 50 to 300 for: Top number"),
        ("128.5", "Enter a whole number"),
        ("16.5 kPa", "Enter the number in mmHg"),
        ("high", "Enter a number in digits for: Top number"),
        ("-128", "Enter a number from 50 to 300"),
        ("1" * 300, "Enter a number"),
    ],
)
def test_each_fault_has_its_own_words(patient: Patient, typed: str, message: str) -> None:
    page = patient.press({"bp-systolic": typed, "bp-diastolic": "82", **TODAY})
    assert patient.status == 422
    assert message in page.text


def test_a_reading_in_the_urgent_range_shows_help_before_it_is_questioned(patient: Patient) -> None:
    page = patient.press({"bp-systolic": "250/110", **TODAY})
    assert patient.status == 422
    assert "Call 911" in page.text
    assert page.text.index("Please get help first") < page.text.index("You typed 250 over 110")
    patient.press()
    assert patient.address == "/s/interruption/"
