"""After a Change only what is newly open is asked, then straight back; what changed is marked in words."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.submissions import loaded_by, patient_at


@pytest.fixture
def checking(published: Version) -> Patient:
    """A patient who has filled in everything and has the check page open."""
    patient = patient_at(published, "questions-for-doctor")
    patient.press({"questions-for-doctor": "Why?"})
    patient.press()
    assert patient.address == "/s/check/"
    return patient


def change(patient: Patient, link_id: str, answer: str | list[str]) -> None:
    patient.visit(f"/s/{loaded_by(patient).definition.page_of[link_id]}/")
    patient.press({link_id: answer})


def marks(patient: Patient) -> list[str]:
    return [part.split("<")[0].strip() for part in patient.html.split('<span class="mark-of">')[1:]]


def test_nothing_is_marked_before_anything_changed(checking: Patient) -> None:
    assert marks(checking) == []
    assert "marked below" not in checking.page.text


def test_a_changed_answer_leads_straight_back_to_its_place_and_is_marked(checking: Patient) -> None:
    change(checking, "age", "54")
    assert checking.followed == ["/s/check/#a-age"]
    assert 'id="a-age"' in checking.html
    assert marks(checking) == ["Changed"]
    assert "What you changed is saved and marked below. Nothing was sent yet." in checking.page.text


def test_an_answer_changed_back_is_not_marked(checking: Patient) -> None:
    change(checking, "age", "54")
    change(checking, "age", "45")
    assert marks(checking) == []


def test_only_newly_opened_questions_are_asked_and_they_are_marked_as_new(checking: Patient) -> None:
    change(checking, "bp-reading-known", "yes")
    asked = []
    while checking.address != "/s/check/":
        names = checking.page.main_form.questions
        asked += names
        given = {"bp-systolic": "128", "bp-diastolic": "82"}
        checking.press({name: given.get(name) or _first(checking, name) for name in names})
    assert asked[:2] == ["bp-systolic", "bp-diastolic"]
    assert len(asked) == len(set(asked)), "nothing is asked twice"
    assert "bp-reading-known" not in asked
    assert marks(checking).count("Changed") == 1
    assert marks(checking).count("New") == len(asked)


def _first(patient: Patient, name: str) -> str:
    return patient.page.main_form.named(name)[0].value


def test_a_closed_follow_up_is_marked_no_more(checking: Patient) -> None:
    change(checking, "bp-reading-known", "yes")
    change(checking, "bp-reading-known", "no")
    assert checking.address == "/s/check/"
    assert marks(checking) == []


def test_an_emptied_answer_is_marked_as_changed(checking: Patient) -> None:
    change(checking, "questions-for-doctor", "")
    assert marks(checking) == ["Changed"]
    assert "No answer" in checking.page.text


def test_back_leads_to_the_check_page_when_the_patient_came_from_there(checking: Patient) -> None:
    change(checking, "age", "54")
    checking.visit("/s/4/")
    assert checking.page.link("Back") == "/s/check/"


def test_marks_speak_spanish(checking: Patient) -> None:
    change(checking, "age", "54")
    checking.press(button="Español")
    assert marks(checking) == ["Cambiada"]


def test_what_is_sent_is_shown_without_marks(checking: Patient) -> None:
    change(checking, "age", "54")
    checking.press()
    assert checking.address == "/s/result/"
    assert marks(checking) == []
