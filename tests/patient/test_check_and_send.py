"""Check your answers, say who you are, send: once, whole, and only what was checked."""

from __future__ import annotations

import pytest
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import assessment, submissions
from screening.models import Submission
from screening.queries.submission import find_urgent_flags
from tests.builders.browsing import Patient
from tests.builders.submissions import definition_of, finished, holding, loaded_by, patient_at, sent

HIGH = {"bp-reading-known": "yes", "bp-systolic": 148, "bp-diastolic": 88}


@pytest.fixture
def patient(published: Version) -> Patient:
    """Someone with everything filled in, at the check page."""
    patient = patient_at(published, "questions-for-doctor", HIGH)
    patient.press({"questions-for-doctor": "Can I drive?"})
    assert patient.address == "/s/you/"
    patient.press({"name": "Ana Ruiz", "phone": "555 010 4477"})
    assert patient.address == "/s/check/"
    return patient


def test_every_answer_has_its_own_change_link(patient: Patient) -> None:
    page = patient.page
    changes = [" ".join(words.split()) for _, words in page.links if "Change" in words]
    assert len(changes) == len(set(changes)) == len(loaded_by(patient).walk.open) + 3
    assert "Change Top number" in changes


def test_a_change_link_leads_to_the_question_also_where_it_is_not_the_first_of_its_page(
    patient: Patient,
) -> None:
    where = patient.page.link("Where the reading was taken")
    assert where.partition("#")[2] in patient.visit(where).ids


def test_an_answer_that_names_nothing_says_what_it_was_about(patient: Patient) -> None:
    """ "Do you have any of these? None of these" says nothing once the list is gone."""
    said = [" ".join(line.split()) for line in patient.page.lines]
    assert "Heart conditions: Do you have, or have you had, any of these?" in said
    assert "How old are you?" in said
    assert "Who helps you with your health now?" in said, "not twice in the same words"
    patient.visit(f"/s/{loaded_by(patient).definition.page_of['practical-needs']}/")
    patient.press({"practical-needs": ["cost"]})
    assert patient.address == "/s/check/"
    said = [" ".join(line.split()) for line in patient.page.lines]
    assert "Do any of these apply to you for a visit?" in said


def test_the_page_says_who_will_see_it_before_it_is_sent(patient: Patient) -> None:
    assert "can read all of the above" in patient.page.text
    assert "Ana Ruiz" in patient.page.text


def test_a_patient_without_a_name_is_told_what_the_reference_is_for(patient: Patient) -> None:
    checked, sent = "your clinic cannot tell whose answers these are", "Tell your clinic this reference"
    assert checked not in patient.page.text
    patient.visit("/s/you/")
    patient.press({"name": "", "phone": ""})
    assert checked in patient.page.text
    patient.press()
    assert sent in patient.page.text


def test_a_change_leads_straight_back(patient: Patient) -> None:
    patient.visit(patient.page.link("Top number"))
    patient.press({"bp-systolic": "138"})
    assert patient.address == "/s/check/"
    assert "138 mmHg" in patient.page.text


def test_a_change_that_opens_a_question_asks_only_that_one(patient: Patient) -> None:
    pages = definition_of(Submission.objects.get().version).page_of
    patient.visit(f"/s/{pages['medical-conditions']}/")
    patient.press({"medical-conditions": ["seizures"]})
    assert patient.address == f"/s/{pages['seizure-when']}/"
    patient.press({"seizure-when": "over-year"})
    assert patient.address == "/s/check/"


def test_sending_writes_flags_counts_and_a_reference(patient: Patient) -> None:
    patient.press(button="Send")
    assert patient.address == "/s/result/"
    row = Submission.objects.get()
    assert row.state == "submitted"
    assert row.assessment == "assessed"
    assert row.reference in patient.page.text
    raised = row.flags.filter(verdict="raised")
    assert {flag.severity for flag in raised} <= {"urgent", "high", "moderate", "info"}
    for severity in ("urgent", "high", "moderate", "info"):
        assert getattr(row, severity) == raised.filter(severity=severity).count()
    assert row.cannot_tell == row.flags.filter(verdict="cannot-tell").count()
    assert any("bp-systolic" in flag.because for flag in raised)


def test_sending_twice_returns_the_first(patient: Patient) -> None:
    address, form = patient.address, patient.page.main_form
    patient.press(button="Send")
    first = Submission.objects.values().get()
    again = patient.client.post(form.action, dict(form.filled()))
    assert (again.status_code, again["Location"]) == (303, "/s/result/")
    assert Submission.objects.values().get() == first
    assert patient.client.get(address)["Location"] == "/s/result/"


def test_an_answer_changed_in_another_tab_is_checked_once_more(patient: Patient) -> None:
    other = Patient(patient.client)
    other.visit(patient.page.link("Top number"))
    other.press({"bp-systolic": "138"})
    page = patient.press(button="Send")
    assert patient.status == 409
    assert "Nothing was sent yet" in page.text
    assert "138 mmHg" in page.text
    patient.press(button="Send")
    assert patient.address == "/s/result/"


def test_leftover_answers_raise_nothing(published: Version) -> None:
    loaded = finished(published, {**HIGH, "bp-systolic": 190, "bp-symptoms": ["none"]})
    pages = loaded.definition.page_of
    values = {"bp-reading-known": "no"}
    submissions.save_page(
        loaded=loaded,
        number=pages["bp-reading-known"],
        values=values,
        seen=loaded.seen(pages["bp-reading-known"]),
        urgent=find_urgent_flags(loaded, values),
        now=timezone.now(),
    )
    row = submissions.submit(loaded=loaded, now=timezone.now())
    assert row.urgent == 0


def test_if_the_rules_fail_the_submission_is_kept_and_the_patient_gets_help(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("the rules do not load")

    monkeypatch.setattr(assessment, "assess", broken)
    page = patient.press(button="Send")
    row = Submission.objects.get()
    assert (row.state, row.assessment, row.flags.count()) == ("submitted", "not-assessed", 0)
    assert "Please discuss this with your physician" in page.text
    assert "No topics were flagged" not in page.text
    assert "tel:988" in [target for target, _ in page.links]
    assert row.reference in page.text


def test_a_reference_that_is_taken_is_drawn_again(
    published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = sent(published).reference
    drawn = iter([taken, taken, "ZZZ-ZZ2"])
    monkeypatch.setattr(submissions, "draw_reference", lambda: next(drawn))
    assert sent(published).reference == "ZZZ-ZZ2"


def test_a_reference_has_no_look_alikes() -> None:
    for _ in range(200):
        reference = submissions.draw_reference()
        assert len(reference) == 7
        assert not set(reference) & set("01OIL")


def test_nothing_readable_is_in_the_row(patient: Patient) -> None:
    patient.press(button="Send")
    stored = " ".join(
        str(bytes(v) if isinstance(v, memoryview) else v) for v in Submission.objects.values_list().get()
    )
    for secret in ("Ana", "555 010", "Can I drive", "bp-systolic"):
        assert secret not in stored


def test_a_form_with_something_left_to_do_is_not_sent(published: Version) -> None:
    patient = patient_at(published, "age")
    with pytest.raises(submissions.UnfinishedFormError):
        submissions.submit(loaded=loaded_by(patient), now=timezone.now())


def test_a_result_belongs_to_the_device_that_holds_its_key(patient: Patient) -> None:
    patient.press(button="Send")
    assert holding("another-key").get("/s/result/").status_code == 403
    assert Patient().client.get("/s/result/").status_code == 403


def test_finish_clears_this_device_and_the_key_opens_nothing_any_more(patient: Patient) -> None:
    patient.press(button="Send")
    token = patient.client.cookies["form"].value
    patient.press(button="Finish and clear this device")
    assert patient.address == "/"
    assert patient.client.cookies["form"].value == ""
    assert holding(token).get("/s/result/").status_code == 403
    assert Submission.objects.get().state == "submitted"
