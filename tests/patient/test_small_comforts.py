"""Who filled it in, "Saved" said politely, progress that never lies, and an honest word about how long it
takes."""

from __future__ import annotations

import random
import re

import pytest

from questionnaire.definition import Definition
from questionnaire.models import Version
from questionnaire.rules.path import walk_path
from screening.models import Submission
from screening.queries.submission import load_submission
from tests.builders.browsing import Patient
from tests.builders.shipped import shipped
from tests.builders.submissions import calm_answer, loaded_by, patient_at, random_answer


def at_you(published: Version) -> Patient:
    patient = patient_at(published, "questions-for-doctor")
    patient.press()
    assert patient.address == "/s/you/"
    return patient


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("self", "I did, for myself"),
        ("helper", "Someone helped me, or did it for me"),
        ("staff", "Staff of the clinic did it with me"),
    ],
)
def test_who_filled_it_in_is_asked_kept_and_read_back(published: Version, code: str, words: str) -> None:
    patient = at_you(published)
    assert not [c for c in patient.page.main_form.named("filled_by") if c.checked], (
        "nothing is ticked beforehand"
    )
    patient.press({"filled_by": code})
    assert words in patient.page.text
    assert loaded_by(patient).identity == {"filled_by": code}
    patient.visit("/s/you/")
    assert [c.value for c in patient.page.main_form.named("filled_by") if c.checked] == [code]
    patient.press()
    patient.press()
    assert load_submission(Submission.objects.get()).identity == {"filled_by": code}


@pytest.mark.parametrize("code", ["", "robot", "self' OR 1=1"])
def test_it_may_be_left_out_and_anything_else_is_no_answer(published: Version, code: str) -> None:
    patient = at_you(published)
    patient.press({"filled_by": code})
    assert patient.address == "/s/check/"
    assert loaded_by(patient).identity == {}
    assert "Filled in by" not in patient.page.text


def test_saved_is_said_politely_once_something_is_and_not_beside_an_error(published: Version) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press()
    said = '<span role="status">Saved</span>'
    assert said not in patient.html
    patient.press({"symptoms-now": ["none"]})
    assert said in patient.html
    patient.press()
    assert patient.status == 422
    assert said not in patient.html


def test_progress_names_the_section_and_promises_no_total(published: Version) -> None:
    patient = patient_at(published, "age")
    definition = shipped()
    section = definition.section_of_page[definition.page_of["age"]]
    assert str(section.title) in patient.page.text
    assert not re.search(r"\b\d+ (of|de|/) \d+\b", patient.page.text)


def minutes(definition: Definition, answers: dict[str, object]) -> float:
    """How long this path takes somebody who reads 150 words a minute, unhurried, and thinks 3 seconds at each
    question.

    Words that stand there again, such as the same answers under every item of a list, are read once.
    """
    path = walk_path(definition, answers, set(definition.questions))
    questions = [question for page in path.pages for question in page.questions]
    said = {
        str(text)
        for question in questions
        for text in (
            question.wording,
            question.help,
            question.why,
            question.stem,
            *(c.label for c in question.options),
        )
        if text
    }
    return sum(len(text.split()) for text in said) / 150 + 3 / 60 * len(questions)


def test_the_start_page_promises_a_time_that_most_paths_keep(published: Version) -> None:
    definition = shipped()
    low, high = map(int, re.findall(r"about (\d+) to (\d+) minutes", Patient().visit("/").text)[0])
    calm = minutes(
        definition, {link_id: calm_answer(question) for link_id, question in definition.questions.items()}
    )
    chance = random.Random(7)
    paths = sorted(
        minutes(definition, {id: random_answer(q, chance) for id, q in definition.questions.items()})
        for _ in range(60)
    )
    assert low - 2 <= calm <= high
    assert low <= paths[30] <= high
    assert paths[54] <= high, "nine in ten"
