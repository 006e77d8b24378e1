"""A hundred people fill in the form through its HTML alone, with whatever answers chance gives them."""

from __future__ import annotations

import os
import random

import pytest

from questionnaire.models import Version
from questionnaire.rules import wording
from questionnaire.rules.answers import read
from screening import submissions
from tests.browsing import Paper, Patient
from tests.builders import definition_of, opened_by, random_answer

JOURNEYS = int(os.environ.get("JOURNEYS", "100"))


@pytest.mark.parametrize("seed", range(10))
def test_every_random_journey_ends_at_the_result(published: Version, seed: int) -> None:
    for journey in range(JOURNEYS // 10):
        walk_to_the_result(published, random.Random(seed * 1000 + journey))


def walk_to_the_result(version: Version, chance: random.Random) -> None:
    definition = definition_of(version)
    excused = {exception.phrase.lower() for exception in definition.wording_exceptions}
    patient = Patient()
    patient.visit("/")
    patient.press()
    titles: set[str] = set()
    asked: set[str] = set()
    for _step in range(200):
        page = patient.page
        look_at(patient, page, excused)
        if patient.address == "/s/result/":
            assert 'data-outcome="discuss-with-your-physician"' in patient.html
            return
        if patient.address == "/s/interruption/":
            assert submissions.urgent_with(opened_by(patient), {}), "interrupted without an urgent answer"
            patient.press(button="I have read this")
        elif patient.address in {"/s/you/", "/s/check/"}:
            patient.press()
        else:
            fill_in(patient, definition.questions, chance, asked, titles)
    raise AssertionError(f"no end after 200 pages, at {patient.address}")


def fill_in(patient: Patient, questions: dict, chance: random.Random, asked: set[str], titles: set[str]) -> None:
    form = patient.page.main_form
    names = [name for name in form.questions if name in questions]
    assert names, patient.address
    again = patient.status == 422
    if not again:
        assert patient.page.title not in titles, "a title stands twice in one journey"
        assert not asked & set(names), "a question was asked twice"
    titles.add(patient.page.title)
    asked.update(names)
    answers = {name: random_answer(questions[name], chance) for name in names} if not again else {}
    posted = {name: _posted(value) for name, value in answers.items() if value is not None}
    for name, value in answers.items():
        read(questions[name], value)
    patient.press(posted)


def _posted(value: object) -> str | list[str]:
    return [str(code) for code in value] if isinstance(value, list) else str(value)


def look_at(patient: Patient, page: Paper, allowed: set[str]) -> None:
    """What must be true of every page, whatever it is."""
    assert patient.status in {200, 422}, (patient.address, patient.status)
    assert page.title.endswith(" - Health form"), page.title
    assert page.title.startswith("Error: ") == ('id="errors"' in patient.html)
    assert len(page.h1) == 1, page.h1
    assert page.h1[0], patient.address
    assert page.lang == "en"
    assert ("/help-now/", "Get help now") in page.links
    assert len(page.ids) == len(set(page.ids)), f"an id stands twice on {patient.address}"
    assert set(page.described) <= set(page.ids), patient.address
    assert len([form for form in page.forms if form.method == "post"]) == 1
    assert "{" not in page.text, "a placeholder was left open"
    found = set(wording.banned(" ".join(page.text.split()), "en")) - allowed
    assert not found, (patient.address, found)
