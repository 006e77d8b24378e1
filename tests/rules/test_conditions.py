"""The condition language: what it reads, what it writes back, and how it explains a slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.rules import conditions, explain
from questionnaire.rules.conditions import write_condition
from questionnaire.rules.parsing import ConditionError, parse_condition
from tests.builders import definitions as b
from tests.builders.shipped import shipped


def shipped_conditions() -> list[str]:
    questions = [q.shown_when for q in shipped().questions.values() if q.shown_when]
    return questions + [flag.condition for flag in shipped().flags]


@pytest.mark.parametrize("text", shipped_conditions())
def test_every_shipped_condition_reads_back_as_itself(text: str) -> None:
    assert parse_condition(write_condition(parse_condition(text))) == parse_condition(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a=b", "a = b"),
        ("a in {b}", "a = b"),
        ("a has-any { b ,c }", "a has-any {b, c}"),
        ("(a = b OR c = d) AND e >= 6", "(a = b OR c = d) AND e >= 6"),
        ("a = b OR (c = d OR e = f)", "a = b OR c = d OR e = f"),
        ("a = b OR c = d AND e = f", "a = b OR c = d AND e = f"),
        ("a in {6-weeks, 0}", "a in {6-weeks, 0}"),
        ("unknown-any(a)", "unknown(a)"),
        ("score( phq9 )>=10", "score(phq9) >= 10"),
        ("bottom\n  >= top", "bottom >= top"),
    ],
)
def test_one_written_form(text: str, written: str) -> None:
    assert write_condition(parse_condition(text)) == written


def test_and_binds_closer_than_or() -> None:
    assert parse_condition("a = b OR c = d AND e = f") == parse_condition("a = b OR (c = d AND e = f)")


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "found the end"),
        ("a", 2, 'expected "<", "<="'),
        ("a = b and c = d", 7, 'did you mean "AND"?'),
        ("a >= 1 AN b = c", 8, 'did you mean "AND"?'),
        ("a is b", 3, 'did you mean "in"?'),
        ("NOT a = b", 1, 'found "NOT"'),
        ("a has-any {a b}", 14, 'expected "," or "}"'),
        ("a in {x, x}", 10, "twice"),
        ("score(phq9) > 3", 13, 'expected ">="'),
        ("a >= 99999999999", 6, "at most 9 digits"),
        ("a = b)", 6, "expected the end"),
        ("unknown(a, b)", 10, 'expected ")"'),
        ("(" * 30 + "a = b" + ")" * 30, 21, "nested brackets"),
        ("a = b OR " * 2000 + "a = b", 1, "characters"),
    ],
)
def test_a_slip_is_explained_with_its_place(text: str, column: int, said: str) -> None:
    with pytest.raises(ConditionError, match="line 1") as error:
        parse_condition(text)
    assert error.value.column == column
    assert said in str(error.value)


def test_the_line_of_a_slip_is_counted() -> None:
    with pytest.raises(ConditionError) as error:
        parse_condition("a = b OR\n c == d")
    assert (error.value.line, error.value.column) == (2, 5)


@given(st.text(max_size=60))
def test_any_text_gives_an_expression_or_an_explanation(text: str) -> None:
    try:
        parse_condition(text)
    except ConditionError as error:
        assert error.line >= 1 and error.column >= 1


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "bp-systolic >= 140 OR bp-diastolic >= 90",
            "Top number is 140 or more, or Bottom number is 90 or more",
        ),
        ("unsure(age)", "was answered not sure or prefer not to say"),
        ("score(phq9) >= 10", "adds up to 10 or more"),
        ("bp-diastolic >= bp-systolic", "Bottom number is not below Top number"),
        ("phq9-9 >= 1", "“Several days” or more"),
    ],
)
def test_conditions_are_read_aloud_in_plain_words(condition: str, said: str) -> None:
    assert said in explain.describe_condition(shipped(), condition)


def test_every_shipped_condition_can_be_read_aloud_without_codes() -> None:
    for text in shipped_conditions():
        assert "has-any" not in explain.describe_condition(shipped(), text)
    assert explain.describe_condition(b.questionnaire(), "gone = yes") == "gone is “yes”"


def test_the_questions_a_condition_reads_can_be_listed() -> None:
    found = [
        conditions.list_link_ids(test)
        for test in conditions.iter_tests(parse_condition("a = b AND unknown-any(c, d) OR e >= f"))
    ]
    assert found == [("a",), ("c", "d"), ("e", "f")]
