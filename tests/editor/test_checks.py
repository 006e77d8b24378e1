"""What a check says about a faulty questionnaire, so that an editor knows what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from questionnaire.checks import definition as checks
from questionnaire.checks import readability
from questionnaire.definition import (
    Choice,
    Decision,
    Definition,
    Page,
    QuestionType,
    Score,
    Section,
    Text,
    Translation,
    TranslationRecord,
    WordingException,
)
from questionnaire.presenters.reader import UNIT_WORDS
from questionnaire.source import Source
from questionnaire.translations import mark_as_drafts
from tests.builders.definitions import (
    choice,
    flag,
    questionnaire,
    sound,
    with_condition,
    with_flag,
    with_question,
    words,
)

TODAY = date(2026, 11, 22)


def found(definition: Definition) -> dict[str, str]:
    """The blocking problems: code to "where: message"."""
    return {p.code: str(p) for p in checks.find_problems(definition, today=TODAY) if p.blocks}


def test_a_sound_questionnaire_has_no_blocking_problem() -> None:
    assert found(sound()) == {}


@pytest.mark.parametrize(
    ("condition", "code", "says"),
    [
        ("heart = yes OR", "syntax", "column"),
        ("haert = yes", "unknown-question", 'did you mean "heart"?'),
        ("heart = yess", "unknown-code", 'did you mean "yes"?'),
        ("pains has chset", "unknown-code", 'did you mean "chest"?'),
        ("pains = chest", "type", "write has or has-any"),
        ("heart has yes", "type", "write = or in"),
        ("age = 18", "type", "write >= and <="),
        ("heart >= 1", "type", 'has "no"'),
        ("pains >= 1", "type", "a multi-choice question"),
        ("age >= heart", "type", "needs numbers"),
        ("heart = not-sure", "tests-unsure-code", "write unsure(heart)"),
        ("score(phq9) >= 1", "unknown-score", 'there is no score "phq9"'),
    ],
)
def test_a_faulty_condition_is_named_with_its_place(condition: str, code: str, says: str) -> None:
    message = found(with_condition(condition))[code]
    assert message.startswith("flag more condition: line 1, column ")
    assert says in message


def test_unsure_cannot_be_asked_of_free_text() -> None:
    definition = questionnaire(words("notes"), f="unsure(notes)")
    assert "write unanswered(notes)" in found(definition)["type"]


def test_a_question_can_be_opened_only_by_an_earlier_page() -> None:
    assert "comes later" in found(with_question(0, shown_when="age >= 18"))["forward-reference"]
    assert "reads itself" in found(with_question(2, shown_when="age >= 18"))["forward-reference"]


def test_a_score_in_shown_when_looks_back_with_all_its_items() -> None:
    definition = questionnaire(
        choice("one", "0", "1", "not-sure", shown_when="score(sum) >= 1"),
        choice("two", "0", "1", "not-sure"),
        scores=(Score("sum", "Sum", ("two",)),),
        clarify_all="unknown-any(one, two)",
    )
    assert "reads two" in found(definition)["forward-reference"]


def test_a_question_never_opens_inside_its_own_page() -> None:
    one_page = (Page(tuple(sound().questions.values())),)
    definition = replace(sound(), sections=(Section("all", Text.of("All"), one_page),))
    assert "same page" in found(definition)["opens-in-own-page"]


def test_what_a_flag_reads_needs_a_clarify_flag() -> None:
    definition = replace(
        sound(), flags=(sound().flags[0], flag("clarify-heart", "unknown-any(heart, pains)"))
    )
    assert found(definition) == {
        "unclarified": "question age: read by heart-trouble, but no flag is raised when its answer is not "
        "known: "
        '"not sure" would go unnoticed; add a clarify flag that has unknown(age)'
    }


def test_unsure_alone_does_not_clarify_because_blank_would_go_unnoticed() -> None:
    definition = questionnaire(choice("heart"), f="heart = yes", clarify_heart="unsure(heart)")
    assert "unclarified" in found(definition)


def test_the_items_of_a_score_need_a_clarify_flag_too() -> None:
    definition = questionnaire(
        choice("one", "0", "1", "not-sure"), scores=(Score("sum", "Sum", ("one",)),), f="score(sum) >= 1"
    )
    assert "question one: read by f" in found(definition)["unclarified"]


def test_a_question_nobody_reads_is_not_asked() -> None:
    assert "question notes: no flag reads" in found(questionnaire(words("notes")))["no-reader"]
    read = replace(words("notes"), readers=("the physician",))
    assert found(questionnaire(read)) == {}


@pytest.mark.parametrize("link_id", ["Heart", "1st", "heart_rate", "", "a" * 81, "ärger", "heart\n"])
def test_a_malformed_id_is_refused(link_id: str) -> None:
    assert "malformed-id" in found(questionnaire(replace(choice("x"), link_id=link_id)))


@pytest.mark.parametrize("link_id", ["score", "unknown", "has", "in", "unsure"])
def test_a_word_of_the_condition_language_is_no_id(link_id: str) -> None:
    assert "reserved-id" in found(questionnaire(replace(choice("x"), link_id=link_id)))


def test_an_id_stands_once() -> None:
    twice = questionnaire(choice("heart"), choice("heart"), f="heart = yes", clarify_heart="unknown(heart)")
    assert found(twice)["duplicate-id"].startswith("question heart: stands twice")
    assert "duplicate-id" in found(replace(sound(), flags=(*sound().flags, sound().flags[0])))
    codes = (
        Choice("no", Text.of("No")),
        Choice("no", Text.of("Nope")),
        Choice("not-sure", Text.of("Not sure")),
    )
    assert "question heart option no" in found(with_question(0, options=codes))["duplicate-id"]


def test_a_required_choice_leaves_room_for_not_sure() -> None:
    options = (Choice("no", Text.of("No")), Choice("yes", Text.of("Yes")))
    assert "not-sure" in found(with_question(0, options=options))["no-unsure-option"]
    assert "no-unsure-option" not in found(with_question(0, options=options, required=False))


def test_shapes_that_make_no_sense_are_named() -> None:
    assert "two options" in found(with_question(0, options=()))["options"]
    assert "takes none" in found(with_question(2, options=sound().questions["heart"].options))["options"]
    assert "above its maximum" in found(with_question(2, minimum=9, maximum=3))["range"]
    assert "not a number" in found(with_question(0, minimum=1))["range"]
    assert "number-too-large" in found(with_question(2, maximum=10**12))
    assert found(replace(sound(), sections=()))["empty"] == "questionnaire: has no section"
    assert "empty" in found(replace(sound(), sections=(Section("none", Text.of("None"), (Page(()),)),)))


def test_score_items_must_be_choices_with_points() -> None:
    def fault(*items: str) -> dict[str, str]:
        return found(replace(sound(), scores=(Score("sum", "Sum", items),)))

    assert 'did you mean "heart"' in fault("hart")["unknown-question"]
    assert "not a single choice" in fault("pains")["score-item"]
    assert 'the option "no" of heart has no points' in fault("heart")["score-item"]
    assert "has no items" in fault()["empty"]


def test_an_open_decision_is_about_something_that_exists() -> None:
    definition = replace(sound(), decisions=(Decision(("heart", "hart"), "Which?"),))
    assert 'is about "hart"' in found(definition)["unknown-id"]


def test_a_flag_needs_a_topic_and_a_source() -> None:
    assert "unknown-topic" in found(with_flag(topic="tpoic"))
    good = sound().flags[0].source
    assert "names no source" in found(with_flag(source=replace(good, citation=" ")))["missing-source"]
    assert "https://" in found(with_flag(source=replace(good, url="javascript:alert(1)")))["missing-source"]
    assert "source-dates" in found(with_flag(source=Source("A", "https://a.org", TODAY, TODAY)))


def test_a_source_expires_on_its_day_and_not_the_day_before() -> None:
    good = sound().flags[0].source
    assert checks.EXPIRED in found(with_flag(source=replace(good, checked=date(2025, 11, 22), expires=TODAY)))
    tomorrow = replace(good, checked=date(2025, 11, 23), expires=date(2026, 11, 23))
    assert checks.EXPIRED not in found(with_flag(source=tomorrow))


def test_a_banned_phrase_blocks_unless_it_is_listed_with_a_reason() -> None:
    sentence = Text.of("You are not eligible. Please discuss this with your physician.")
    definition = with_flag(patient=sentence)
    assert 'says "eligible"' in found(definition)["banned-phrase"]
    listed = WordingException("flag heart-trouble", "eligible", "A quotation.")
    assert found(replace(definition, wording_exceptions=(listed,))) == {}


def test_an_exception_that_is_not_needed_is_noted() -> None:
    listed = WordingException("flag heart-trouble", "eligible", "A quotation.")
    problems = checks.find_problems(replace(sound(), wording_exceptions=(listed,)), today=TODAY)
    assert [p.blocks for p in problems if p.code == "unused-exception"] == [False]


def test_standard_words_are_not_held_against_the_list() -> None:
    assert "banned-phrase" in found(with_question(0, wording=Text.of("Is this normal?")))
    assert found(with_question(0, wording=Text.of("Is this normal?"), standard="PHQ-9")) == {}


def test_every_flag_ends_in_a_talk_with_the_physician() -> None:
    assert (
        "must end with"
        in found(with_flag(patient=Text.of("You told us about your heart.")))["missing-closing"]
    )
    early = Text.of("Please discuss this with your physician. You are fine.")
    assert "missing-closing" in found(with_flag(patient=early))


def test_a_declared_language_is_complete() -> None:
    definition = replace(sound(), languages=("en", "es"))
    missing = [p for p in checks.find_problems(definition, today=TODAY) if p.code == "missing-translation"]
    assert len(missing) == len(list(definition.patient_texts()))
    assert all(p.blocks and 'no words in "es"' in p.message for p in missing)


def test_a_stale_translation_blocks_and_an_unreviewed_one_is_noted() -> None:
    both = Text((("en", "Heart"), ("es", "Corazón")))
    definition = replace(with_question(0, short=both), languages=("en", "es"))
    stale = replace(
        definition,
        translations=(Translation("es", (TranslationRecord("question heart short", "00000000"),)),),
    )
    assert found(stale)["stale-translation"].startswith("question heart short: its source words changed")
    fresh = mark_as_drafts(definition, "es")
    assert "stale-translation" not in found(fresh)
    notes = [str(p) for p in checks.find_problems(fresh, today=TODAY) if p.code == "unreviewed-translation"]
    assert notes == [
        f"translation es: 1 of {len(list(fresh.patient_texts()))} strings are not yet reviewed by a person"
    ]


def test_a_unit_that_is_a_word_must_be_known_in_every_language() -> None:
    assert set(readability.UNITS) == set(UNIT_WORDS)
    age = with_question(2, unit="glasses")
    assert "unit" not in found(age), "in one language there is nothing to translate"
    assert found(replace(age, languages=("en", "es")))["unit"].startswith(
        'question age: the unit "glasses" is known in'
    )
    for unit in ("years", "mmHg", "kg", "%", None):
        assert "unit" not in found(replace(with_question(2, unit=unit), languages=("en", "es")))


def test_braces_stand_only_around_the_numbers_a_clinic_sets() -> None:
    assert "placeholder" in found(with_question(0, help=Text.of("Call {emergncy}.")))
    assert "placeholder" in found(with_question(0, help=Text.of("Call {0.__class__}.")))
    assert found(with_question(0, help=Text.of("Call {emergency} or {crisis}."))) == {}


def test_an_unchecked_source_is_shown_and_does_not_block() -> None:
    notes = [p for p in checks.find_problems(sound(), today=TODAY) if p.code == "source-unchecked"]
    assert [(p.blocks, p.message) for p in notes] == [
        (False, "2 of 2 sources are not yet checked by a clinician")
    ]


def test_every_kind_of_question_is_checked() -> None:
    assert {question.type for question in (*sound().questions.values(), words("w"))} == set(QuestionType)
