"""What others may read over a patient's shoulder: never what is for staff only, and one sentence for one
concern."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from questionnaire.models import Version
from questionnaire.presenters.reader import Reader
from questionnaire.presenters.result import list_sentences, read_result
from screening.actions import submissions
from screening.models import RaisedFlag
from screening.queries import clinic
from screening.queries.submission import load_submission
from screening.reports import visit_paper
from tests.builders.browsing import Paper, Patient
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import filled, holding, sent

ALONE = {"practical-needs": ["private-talk", "interpreter"]}
WORDS = ("talk with staff alone", "asked to talk", "I would like an interpreter")
CRISIS = {"bp-reading-known": "yes", "bp-systolic": 190, "bp-diastolic": 125, "bp-reading-when": "today"}
READER = Reader("en", "911", "988")


def words_of(page: Paper) -> str:
    return " ".join(page.text.split())


def result_page(version: Version, answers: dict[str, object]) -> str:
    token, loaded = filled(version, answers)
    submissions.submit(loaded=loaded, now=timezone.now())
    return words_of(Patient(holding(token)).visit("/s/result/"))


def paper_of(version: Version, answers: dict[str, object]) -> str:
    """Everything that the PDF to bring along is filled with."""
    row = sent(version, answers)
    contents = visit_paper._build_contents(load_submission(row), list(row.flags.all()), clinic.current())
    return json.dumps(contents, ensure_ascii=False)


def test_wanting_to_talk_alone_stands_on_no_page_that_is_brought_along(published: Version) -> None:
    token, _loaded = filled(published, ALONE)
    patient = Patient(holding(token))
    page = patient.visit("/s/print-only/")
    patient.press(button=page.main_form.buttons[0].words)
    assert patient.status == 200
    for said in (result_page(published, ALONE), words_of(patient.page), paper_of(published, ALONE)):
        assert "What you told us" in said
        assert not [words for words in WORDS if words in said]


def test_the_patient_can_still_check_it_and_staff_see_it(published: Version) -> None:
    token, _loaded = filled(published, ALONE)
    patient = Patient(holding(token))
    patient.visit("/s/check/")
    assert "I would like to talk with staff alone" in patient.page.text
    assert 'id="a-practical-needs" class="screen"' in " ".join(patient.html.split())
    row = sent(published, ALONE)
    page = words_of(Paper(browser_of(member("sam")).get(f"/staff/{row.reference}/").content.decode()))
    assert "I would like to talk with staff alone" in page
    assert "Asked to talk alone" in page


def test_the_highest_of_one_concern_says_it_for_all(published: Version) -> None:
    said = result_page(published, {**CRISIS, "bp-symptoms": ["none"], "bp-diagnosis": "no"})
    assert "The reading you gave is very high." in said
    assert "The reading you gave is high." not in said
    assert "a little high" not in said


def test_a_covered_flag_alone_says_its_own_sentence(published: Version) -> None:
    said = result_page(published, {"bp-reading-known": "yes", "bp-systolic": 134, "bp-diastolic": 78})
    assert "The reading you gave is a little high." in said


def test_an_interruption_gives_one_instruction() -> None:
    codes = {"bp-crisis-with-symptoms", "bp-crisis-range"}
    [sentence] = list_sentences(shipped(), codes, READER)
    assert "do not wait for the number to come down" in sentence


def test_the_desk_holds_the_others_in_the_card_of_the_highest(published: Version) -> None:
    row = sent(published, {**CRISIS, "bp-symptoms": ["none"]})
    html = browser_of(member("sam")).get(f"/staff/{row.reference}/").content.decode()
    card = html.partition('id="flag-bp-crisis-range"')[2]
    also = words_of(Paper(card.partition("<summary>")[2].partition("</summary>")[0] or card))
    assert also
    under = card.partition('class="more also"')[2]
    summary = words_of(Paper(under.partition("<summary>")[2].partition("</summary>")[0]))
    assert summary == "Also: BP 140/90 or more; BP 130/80 or more"
    for code in ("bp-at-or-above-140-90", "bp-at-or-above-130-80"):
        assert html.count(f'id="flag-{code}"') == 1, "it stands there once, to be judged"
        assert f'name="flag" value="{code}"' in under
    assert set(RaisedFlag.objects.filter(submission=row).values_list("code", flat=True)) >= {
        *("bp-crisis-range", "bp-at-or-above-140-90", "bp-at-or-above-130-80")
    }


def test_the_closing_sentence_stands_once_under_each_list(published: Version) -> None:
    token, loaded = filled(published, {"med-classes": ["opioid", "maoi"], "vessel-conditions": ["not-sure"]})
    submissions.submit(loaded=loaded, now=timezone.now())
    page = words_of(Patient(holding(token)).visit("/s/result/"))
    lists = page.partition("Things to talk about")[2].partition("About the medicines")[0]
    assert lists.count("discuss this with your physician") == 2


def test_every_result_says_what_the_fda_has_and_has_not_approved(published: Version) -> None:
    fixed = str(shipped().texts_by_id["result-medicines"])
    assert fixed in result_page(published, {})
    assert json.dumps(fixed, ensure_ascii=False) in paper_of(published, {})
    token, _loaded = filled(published)
    patient = Patient(holding(token))
    page = patient.visit("/s/print-only/")
    patient.press(button=page.main_form.buttons[0].words)
    assert fixed in words_of(patient.page)


def test_the_patients_own_words_stand_first_on_the_paper(published: Version) -> None:
    row = sent(published, {"goal-own-words": "To sleep through the night"})
    contents = visit_paper._build_contents(load_submission(row), list(row.flags.all()), clinic.current())
    assert contents["first"] == [{"question": "In your own words", "lines": ["To sleep through the night"]}]


def test_a_box_for_words_that_was_left_empty_takes_no_room_on_the_paper(published: Version) -> None:
    assert "What would you like to ask your physician?" not in paper_of(
        published, {"questions-for-doctor": None}
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_tells_a_threshold_by_contrast(language: str) -> None:
    """Too few and enough antidepressants are told in the same words."""
    reader = Reader(language, "911", "988")
    told = [
        read_result(shipped(), [RaisedFlag(code=code, verdict="raised")], reader).to_talk_about
        for code in ("fewer-than-two-trials", "two-or-more-trials")
    ]
    assert told[0] == told[1]
    said = [reader.words(flag.patient) for flag in shipped().flags]
    assert not [words for words in said if "before any" in words or "antes de que se haga" in words]
