"""The questionnaire we ship keeps its contract: ids, codes, conditions, standard wording. Nothing blocks
it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from questionnaire import yaml_file
from questionnaire.checks import definition as checks
from questionnaire.checks import readability
from questionnaire.definition import QuestionType, Severity
from tests.builders.shipped import FILE, shipped

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "contract.yaml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 22)

PHQ = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
GAD = "Over the last 2 weeks, how often have you been bothered by the following problems?"
FREQUENCIES = [
    "Not at all",
    "Several days",
    "More than half the days",
    "Nearly every day",
    "Prefer not to say",
]
STANDARD = {
    "phq9-1": "Little interest or pleasure in doing things",
    "phq9-2": "Feeling down, depressed, or hopeless",
    "phq9-3": "Trouble falling or staying asleep, or sleeping too much",
    "phq9-4": "Feeling tired or having little energy",
    "phq9-5": "Poor appetite or overeating",
    "phq9-6": "Feeling bad about yourself - or that you are a failure or have let yourself or your family "
    "down",
    "phq9-7": "Trouble concentrating on things, such as reading the newspaper or watching television",
    "phq9-8": "Moving or speaking so slowly that other people could have noticed. Or the opposite - being "
    "so fidgety "
    "or restless that you have been moving around a lot more than usual",
    "phq9-9": "Thoughts that you would be better off dead, or of hurting yourself in some way",
    "gad7-1": "Feeling nervous, anxious, or on edge",
    "gad7-2": "Not being able to stop or control worrying",
    "gad7-3": "Worrying too much about different things",
    "gad7-4": "Trouble relaxing",
    "gad7-5": "Being so restless that it is hard to sit still",
    "gad7-6": "Becoming easily annoyed or irritable",
    "gad7-7": "Feeling afraid, as if something awful might happen",
    "audit-1": "How often do you have a drink containing alcohol?",
    "audit-2": "How many standard drinks containing alcohol do you have on a typical day when you are "
    "drinking?",
    "audit-3": "How often do you have six or more drinks on one occasion?",
}


def test_the_file_is_written_the_way_dump_writes_it() -> None:
    assert yaml_file.write_yaml(shipped()) == FILE.read_text(encoding="utf-8")


def test_questions_keep_their_ids_order_types_codes_and_conditions() -> None:
    definition = shipped()
    found = {}
    for question in definition.questions.values():
        entry: dict[str, Any] = {
            "section": definition.section_of_page[definition.page_of[question.link_id]].id,
            "type": str(question.type),
            "takes": [choice.code for choice in question.options],
        }
        if question.type is QuestionType.INTEGER:
            entry["takes"] = [question.minimum, question.maximum]
        if question.shown_when:
            entry["shown_when"] = question.shown_when
        found[question.link_id] = entry
    assert found == CONTRACT["questions"]
    assert list(found) == list(CONTRACT["questions"])
    assert len(found) == 79


def test_flags_keep_their_codes_order_severities_and_conditions() -> None:
    found = {
        flag.code: {
            "topic": flag.topic,
            "severity": str(flag.severity),
            "condition": flag.condition,
            **({"covers": list(flag.covers)} if flag.covers else {}),
        }
        for flag in shipped().flags
    }
    assert found == CONTRACT["flags"]
    assert list(found) == list(CONTRACT["flags"])


def test_there_are_as_many_flags_of_each_severity_as_were_reviewed() -> None:
    counts = {severity: sum(f.severity is severity for f in shipped().flags) for severity in Severity}
    assert counts == {Severity.URGENT: 13, Severity.HIGH: 44, Severity.MODERATE: 34, Severity.INFO: 18}
    assert sum(flag.clarifies for flag in shipped().flags) == 20


@pytest.mark.parametrize(("link_id", "words"), STANDARD.items())
def test_the_items_of_published_instruments_are_word_for_word(link_id: str, words: str) -> None:
    question = shipped().questions[link_id]
    stem = {"phq9": PHQ, "gad7": GAD}.get(link_id.partition("-")[0])
    assert question.full_wording("en") == (f"{stem} {words}" if stem else words)
    assert question.standard
    if stem:
        assert [str(choice.label) for choice in question.options] == FREQUENCIES


def test_instruments_carry_their_credit_lines() -> None:
    credits = " ".join(str(credit) for credit in shipped().credits)
    assert all(
        name in credits
        for name in ("PHQ-9", "GAD-7", "AUDIT-C", "Spitzer", "Pfizer", "World Health Organization")
    )
    assert all(score.credit for score in shipped().scores)


def test_nothing_in_it_blocks_publishing() -> None:
    assert [str(p) for p in checks.find_problems(shipped(), today=TODAY) if p.blocks] == []


def test_every_source_expires_one_year_after_it_was_checked() -> None:
    for flag in shipped().flags:
        assert flag.source.expires == flag.source.checked.replace(year=flag.source.checked.year + 1)
        assert flag.source.checked_by is None, "a clinician signs in the editor, not in the shipped file"


def test_an_expired_source_blocks_an_editor() -> None:
    found = checks.find_problems(shipped(), today=date(2027, 11, 22))
    assert sum(p.code == checks.EXPIRED and p.blocks for p in found) == 109


def test_no_patient_text_names_a_number_that_the_clinic_sets() -> None:
    for where, text, _ in shipped().patient_texts():
        assert not any("911" in words or "988" in words for _, words in text.by_language), where


def test_only_true_units_share_a_page() -> None:
    shared = [[q.link_id for q in page.questions] for page in shipped().pages if len(page.questions) > 1]
    assert shared == [
        ["goal-conditions", "goal-own-words"],
        ["phq9-1", "phq9-2"],
        ["phq9-3", "phq9-4", "phq9-5"],
        ["phq9-6", "phq9-7"],
        ["gad7-1", "gad7-2"],
        ["gad7-3", "gad7-4", "gad7-5"],
        ["gad7-6", "gad7-7"],
        ["antidepressant-adequate", "antidepressant-list"],
        ["bp-systolic", "bp-diastolic", "bp-reading-when", "bp-reading-where"],
        ["ride-home", "no-driving-next-day"],
    ]


def test_questions_on_one_page_with_a_stem_share_it() -> None:
    for page in shipped().pages:
        assert len({question.stem for question in page.questions}) == 1


def test_sensitive_sections_say_what_is_coming() -> None:
    with_intro = {section.id: str(section.intro) for section in shipped().sections if section.intro}
    assert set(with_intro) == {"right-now", "mood", "mental-health-history", "pregnancy", "alcohol-and-drugs"}
    assert all("Prefer not to say" in intro for intro in with_intro.values())


def test_short_names_are_short_and_all_different() -> None:
    names = [str(question.short) for question in shipped().questions.values()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 40


def test_topic_labels_name_no_diagnosis() -> None:
    named = {
        "psychosis",
        "bipolar",
        "suicide",
        "depression",
        "schizophrenia",
        "dementia",
        "mania",
        "disorder",
        "abuse",
    }
    for topic in shipped().topics:
        assert not named & set(str(topic.label).lower().split()), topic.label


def test_every_sentence_of_a_flag_is_plain_enough() -> None:
    grades = {flag.code: readability.compute_reading_grade(str(flag.patient)) for flag in shipped().flags}
    assert max(grades.values()) <= 12, grades
    assert sum(grades.values()) / len(grades) <= 8


def test_the_open_decisions_are_kept_open() -> None:
    about = {name for decision in shipped().decisions for name in decision.about}
    assert {"nursing", "recent-birth", "sleep-apnea-untreated", "audit-2", "clarify-substances"} <= about


def test_flags_about_this_moment_are_those_that_say_so_and_all_are_urgent() -> None:
    now = {flag.code: flag.severity for flag in shipped().flags if flag.happening_now}
    assert set(now) == {
        "emergency-symptoms-now",
        "self-harm-now",
        "harm-others-now",
        "bp-crisis-with-symptoms",
    }
    assert set(now.values()) == {Severity.URGENT}
