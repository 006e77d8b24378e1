"""A version's specification: every question, flag and source on one page and in one PDF, for a signature."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from questionnaire.rules.explain import describe_condition
from screening.core.staff_roles import ADMINISTRATOR, EDITOR
from tests.builders.browsing import Paper
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db

PAGE = "/editor/ketamine/1/specification/"
PDF = "/staff/specification/ketamine/1.pdf"


def page() -> Paper:
    return Paper(browser_of(member("edith", EDITOR)).get(PAGE).content.decode())


def test_it_holds_every_question_and_every_flag_in_words(published: Version) -> None:
    text = " ".join(page().text.split())
    for question in shipped().questions.values():
        assert " ".join(question.full_wording("en").split()) in text
        if question.shown_when:
            assert " ".join(describe_condition(shipped(), question.shown_when).split()) in text
    for flag in shipped().flags:
        for words in (flag.title, flag.condition, flag.reason, flag.source.citation, str(flag.patient)):
            assert " ".join(words.split()) in text
    assert compute_fingerprint(shipped()) in text
    assert "Not yet checked by a clinician." in text
    assert "discuss this with your physician" in text


def test_the_same_is_there_as_a_pdf(published: Version) -> None:
    assert PDF in {target for target, _ in page().links}
    response = browser_of(member("edwin", EDITOR)).get(PDF)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_a_draft_with_an_unreadable_condition_is_shown_as_written(published: Version) -> None:
    broken = replace(
        shipped(), flags=(replace(shipped().flags[0], condition="symptoms-now has"), *shipped().flags[1:])
    )
    publishing.create_draft(definition=broken, actor="user:1", now=timezone.now())
    browser = browser_of(member("edith", EDITOR))
    assert "symptoms-now has" in browser.get(PAGE.replace("/1/", "/2/")).content.decode()
    assert browser.get(PDF.replace("1.pdf", "2.pdf")).status_code == 404


@pytest.mark.parametrize("address", [PAGE, PDF])
def test_it_is_for_people_of_the_editor(published: Version, address: str) -> None:
    assert Client().get(address).status_code == 302
    assert browser_of(member("rita")).get(address).status_code == 404
    assert browser_of(member("root", ADMINISTRATOR)).get(address).status_code == 200
    assert browser_of(member("edith", EDITOR)).get(address.replace("1", "99")).status_code == 404
