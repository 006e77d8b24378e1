"""What a preview shows is what the patient will read: made-up people go through both, in both languages.

A second person signs on the preview's page, so it must say the same topics in the same order, the same
sentences and the same answers.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.actions import roles
from screening.demo.made_up_people import MadeUpPerson, PeopleMaker, Temperament
from screening.models import RaisedFlag, Submission
from screening.preview.preview_patient import PreviewPatient
from tests.builders.browsing import Paper
from tests.builders.previews import write_preview_address
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import filled_at_once, holding

pytestmark = pytest.mark.django_db

PEOPLE = 100
"""So many read in each language, others in each."""
SEEDS = {"en": 2026, "es": 2027}
ALSO_AS_A_DRAFT = 5
"""So many of them go through a draft with the same words too: it is read from rows, not from a document."""
_RANDOM = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b|\b[2-9A-Z]{3}-[2-9A-Z]{3}\b")
"""The code and the reference, which are anew for each form."""


def read_lines(html: str) -> list[str]:
    """What a page says from its title on, piece by piece, without what stands beside a preview."""
    content = Paper("<h1" + html.partition('<section class="trace"')[0].partition("<h1")[2])
    words = (_RANDOM.sub("…", " ".join(line.split())) for line in content.lines)
    return [line for line in words if line]


def read_preview(
    editor: Client, version: Version, person: MadeUpPerson, language: str
) -> dict[str, list[str]]:
    patient = replace(PreviewPatient.of(shipped(), person.answers), language=language)
    check = editor.get(write_preview_address(version, patient))
    result = editor.get(write_preview_address(version, patient, sent=True))
    assert (check.status_code, result.status_code) == (200, 200)
    return {"check": read_lines(check.content.decode()), "result": read_lines(result.content.decode())}


def read_patients_pages(version: Version, person: MadeUpPerson, language: str) -> dict[str, list[str]]:
    patient = holding(filled_at_once(version, person, language=language))
    check = patient.get("/s/check/").content.decode()
    form = next(form for form in Paper(check).forms if form.named("seen"))
    assert patient.post("/s/submit/", dict(form.filled())).status_code == 303
    return {"check": read_lines(check), "result": read_lines(patient.get("/s/result/").content.decode())}


@pytest.fixture(autouse=True)
def _more_is_the_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up people are mostly well; these raise flags of every kind, and are often unsure."""

    def draw(chance: random.Random) -> Temperament:
        return Temperament(trouble=chance.random() * 3, unsure=chance.random() / 4, mood=chance.random())

    monkeypatch.setattr(Temperament, "draw", draw)


@pytest.mark.parametrize("language", ["en", "es"])
def test_preview_and_patients_page_say_the_same(published: Version, language: str) -> None:
    editor = browser_of(member("edith", roles.EDITOR))
    draft = publishing.create_draft(definition=shipped(), actor="user:1", now=timezone.now())
    for number, person in enumerate(PeopleMaker(published, SEEDS[language]).draw_people(PEOPLE)):
        patient = read_patients_pages(published, person, language)
        assert read_preview(editor, published, person, language) == patient
        if number < ALSO_AS_A_DRAFT:
            assert read_preview(editor, draft, person, language) == patient
        for lines in patient.values():
            assert not [line for line in lines if "{" in line or "}" in line]
            assert len(lines) > len(person.asked)
    assert Submission.objects.count() == PEOPLE
    assert_enough_was_said()


def assert_enough_was_said() -> None:
    """Many flags were raised by somebody and in doubt for somebody, also some that name a number to call."""
    flags = shipped().flags_by_code
    raised = set(RaisedFlag.objects.filter(verdict="raised").values_list("code", flat=True))
    in_doubt = set(RaisedFlag.objects.filter(verdict="cannot-tell").values_list("code", flat=True))
    assert len(raised) > len(flags) / 2 and len(in_doubt) > len(flags) / 3, (
        len(raised),
        len(in_doubt),
        len(flags),
    )
    assert [code for code in raised if "{" in flags[code].patient.in_("en")]
