"""Promises that hold for every patient, tried on random and hostile answer sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaire import rules
from questionnaire.definition import NONE_CODE, QuestionType
from questionnaire.rules import answers as reading
from questionnaire.rules import path
from questionnaire.rules.parsing import parse_condition
from tests.builders.shipped import shipped
from tests.builders.strategies import answer_sets, answer_to, hostile_sets
from tests.rules.oracle import Oracle

SWAPS = {"fewer-than-two-trials", "two-or-more-trials", "support-or-access-needs", "no-other-treatment"}
"""Treatments tried and help at hand are no risks: naming one may answer such a flag."""
BY_AGE = {"age-under-18", "age-18-24", "age-65-plus"}


def verdicts(answers: dict[str, object], **options: object) -> dict[str, str]:
    found = rules.assess(shipped(), answers, **options)
    return {
        flag.code: "raised"
        if flag.code in found.raised
        else "cannot tell"
        if flag.code in found.cannot_tell
        else "clear"
        for flag in shipped().flags
    }


@given(hostile_sets())
def test_hostile_answers_never_break_the_rules(answers: dict[str, object]) -> None:
    found = rules.assess(shipped(), answers)
    assert not found.raised & set(found.cannot_tell)
    path.walk_path(shipped(), answers, set(answers))


@given(hostile_sets())
def test_an_unreadable_answer_counts_as_blank(answers: dict[str, object]) -> None:
    readable = {}
    for link_id, raw in answers.items():
        try:
            readable.update(reading.read_answers(shipped(), {link_id: raw}))
        except reading.AnswerError as error:
            assert "\n" not in str(error)
    assert rules.assess(shipped(), readable) == rules.assess(shipped(), answers)


@given(answer_sets(), st.randoms())
def test_the_order_of_answers_changes_nothing(answers: dict[str, object], random: object) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert rules.assess(shipped(), dict(shuffled)) == rules.assess(shipped(), answers)


@given(answer_sets(), st.booleans(), st.data())
def test_the_verdicts_are_those_of_a_second_naive_reading(
    answers: dict[str, object], partly: bool, data: st.DataObject
) -> None:
    asked = set(data.draw(st.sets(st.sampled_from(list(shipped().questions))))) if partly else None
    oracle = Oracle(shipped(), answers, asked)
    names = {"true": "raised", "unknown": "cannot tell", "false": "clear"}
    expected = {flag.code: names[oracle.judge(parse_condition(flag.condition))] for flag in shipped().flags}
    assert verdicts(answers, asked=asked) == expected
    found = rules.assess(shipped(), answers, asked=asked)
    assert list(found.open) == [link_id for link_id, opened in oracle.opened.items() if opened == "true"]
    assert {n: (s.at_least, s.at_most) for n, s in found.scores.items()} == {
        name: oracle.bounds(name) for name in shipped().scores_by_name
    }


@given(answer_sets())
def test_leftovers_of_closed_questions_change_nothing(answers: dict[str, object]) -> None:
    open_now = set(path.find_open_questions(shipped(), answers))
    kept = {link_id: value for link_id, value in answers.items() if link_id in open_now}
    assert rules.assess(shipped(), kept) == rules.assess(shipped(), answers)


@given(answer_sets(), st.data())
def test_not_sure_never_clears_a_flag(answers: dict[str, object], data: st.DataObject) -> None:
    """Clear may become cannot tell or raised; raised and cannot tell never become clear."""
    open_now = path.find_open_questions(shipped(), answers)
    answers = {link_id: value for link_id, value in answers.items() if link_id in open_now}
    known = [i for i in answers if shipped().questions[i].type is not QuestionType.TEXT]
    if not known:
        return
    link_id = data.draw(st.sampled_from(known))
    several = shipped().questions[link_id].type is QuestionType.MULTI_CHOICE
    doubtful = {**answers, link_id: ["not-sure"] if several else _unsure_code(link_id)}
    before, after = verdicts(answers), verdicts(doubtful)
    lost = {code for code in before if before[code] != "clear" and after[code] == "clear"}
    assert not lost, (link_id, lost)


def _unsure_code(link_id: str) -> str:
    codes = shipped().questions[link_id].codes
    return "not-sure" if not codes or "not-sure" in codes else "prefer-not-to-say"


@settings(max_examples=200)
@given(answer_sets(), st.data())
def test_adding_a_risk_never_removes_a_content_flag(answers: dict[str, object], data: st.DataObject) -> None:
    """Ticking one more box keeps every content flag, save the exceptions the clinical contract lists."""
    ticked = [
        q
        for q in shipped().questions.values()
        if q.type is QuestionType.MULTI_CHOICE and answers.get(q.link_id)
    ]
    if not ticked:
        return
    question = data.draw(st.sampled_from(ticked))
    old = answers[question.link_id]
    extra = data.draw(st.sampled_from([c.code for c in question.options if c.code != NONE_CODE]))
    if old == [NONE_CODE] and question.link_id == "support":
        return
    more = {
        **answers,
        question.link_id: [c.code for c in question.options if c.code in {*old, extra} - {NONE_CODE}],
    }
    before, after = rules.assess(shipped(), answers).raised, rules.assess(shipped(), more).raised
    content = {f.code for f in shipped().flags if not f.clarifies} - SWAPS - BY_AGE
    assert not (before - after) & content


@given(answer_sets())
def test_because_names_only_open_questions_in_file_order(answers: dict[str, object]) -> None:
    order = list(shipped().questions)
    found = rules.assess(shipped(), answers)
    for flag in found.flags:
        assert flag.because, flag.code
        assert set(flag.because) <= set(found.open)
        assert list(flag.because) == sorted(flag.because, key=order.index)


@given(answer_sets(), st.data())
def test_the_walk_never_shows_a_page_ahead_of_its_turn(
    answers: dict[str, object], data: st.DataObject
) -> None:
    asked = set(data.draw(st.sets(st.sampled_from(list(shipped().questions)))))
    walk = path.walk_path(shipped(), answers, asked)
    assert [page.number for page in walk.pages] == sorted({page.number for page in walk.pages})
    assert all(page.done for page in walk.pages[:-1])
    assert walk.complete == walk.pages[-1].done


@settings(max_examples=60)
@given(st.data())
def test_every_patient_who_answers_what_is_asked_reaches_the_end(data: st.DataObject) -> None:
    answers: dict[str, object] = {}
    asked: set[str] = set()
    seen: list[str] = []
    while (number := (walk := path.walk_path(shipped(), answers, asked)).next) is not None:
        for question in walk.page(number).questions:
            assert question.link_id not in seen, "asked twice"
            seen.append(question.link_id)
            answers[question.link_id] = data.draw(answer_to(question, blank=not question.required))
            asked.add(question.link_id)
    assert list(walk.open) == list(rules.assess(shipped(), answers).open)
    assert rules.assess(shipped(), answers) == rules.assess(shipped(), answers, asked=asked)


@pytest.mark.parametrize("answers", [{}, {"age": None}, {"symptoms-now": []}])
def test_nothing_said_is_never_nothing_found(answers: dict[str, object]) -> None:
    found = rules.assess(shipped(), answers)
    assert "clarify-safety-now" in found.raised
    assert all(shipped().flags_by_code[code].clarifies for code in found.raised - {"alcohol-risk"})
