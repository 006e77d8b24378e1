"""Every row of the table of verdicts: what a test means for each situation of its question."""

from __future__ import annotations

import pytest

from questionnaire import rules
from questionnaire.definition import Score
from questionnaire.rules.states import Verdict
from tests.builders import definitions as b

RAISED, UNKNOWN, CLEAR = "raised", "cannot tell", "clear"


def verdict(condition: str, answers: dict[str, object], *, asked: set[str] | None = None) -> str:
    """The verdict of one condition over a fixed small questionnaire."""
    definition = b.questionnaire(
        b.choice("gate"),
        b.choice("one", "no", "yes", "not-sure", "prefer-not-to-say", shown_when="gate = yes"),
        b.several("many", shown_when="gate = yes"),
        b.number("top", shown_when="gate = yes"),
        b.number("bottom"),
        b.words("notes", shown_when="gate = yes"),
        b.choice("often", "0", "1", "2", "3", "not-sure"),
        b.choice("much", "0", "1", "2", "3", "not-sure", shown_when="gate = yes"),
        scores=(Score("total", "Total", ("often", "much")),),
        concern=condition,
    )
    found = rules.assess(definition, answers, asked=asked)
    return RAISED if found.flags else UNKNOWN if found.cannot_tell else CLEAR


OPEN = {"gate": "yes"}


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ("one = yes", {**OPEN, "one": "yes"}, RAISED),
        ("one = yes", {**OPEN, "one": "no"}, CLEAR),
        ("one = yes", {**OPEN, "one": "not-sure"}, UNKNOWN),
        ("one = yes", {**OPEN, "one": "prefer-not-to-say"}, UNKNOWN),
        ("one = yes", OPEN, UNKNOWN),
        ("one = yes", {"gate": "no"}, CLEAR),
        ("one = yes", {"gate": "no", "one": "yes"}, CLEAR),
        ("one = yes", {"gate": "not-sure"}, UNKNOWN),
        ("one = yes", {"gate": "not-sure", "one": "yes"}, UNKNOWN),
        ("one = yes", {}, UNKNOWN),
        ("one in {no, yes}", {**OPEN, "one": "no"}, RAISED),
        ("many has a", {**OPEN, "many": ["a", "b"]}, RAISED),
        ("many has a", {**OPEN, "many": ["b"]}, CLEAR),
        ("many has a", {**OPEN, "many": ["none"]}, CLEAR),
        ("many has a", {**OPEN, "many": ["b", "not-sure"]}, UNKNOWN),
        ("many has a", {**OPEN, "many": ["a", "not-sure"]}, RAISED),
        ("many has a", {**OPEN, "many": ["not-sure"]}, UNKNOWN),
        ("many has a", {**OPEN, "many": ["none", "b"]}, CLEAR),
        ("many has-any {a, b}", {**OPEN, "many": ["b"]}, RAISED),
        ("many has-any {a, b}", {"gate": "no", "many": ["b"]}, CLEAR),
        ("top >= 140", {**OPEN, "top": 140}, RAISED),
        ("top >= 140", {**OPEN, "top": "139"}, CLEAR),
        ("top >= 140", {**OPEN, "top": "not-sure"}, UNKNOWN),
        ("top >= 140", {**OPEN, "top": "very high"}, UNKNOWN),
        ("top > 140", {**OPEN, "top": 140}, CLEAR),
        ("top <= 90", {**OPEN, "top": 90}, RAISED),
        ("top < 90", {**OPEN, "top": 90}, CLEAR),
        ("often >= 2", {"often": "2"}, RAISED),
        ("often >= 2", {"often": 1}, CLEAR),
        ("often >= 2", {"often": "not-sure"}, UNKNOWN),
        ("bottom >= top", {**OPEN, "top": 80, "bottom": 120}, RAISED),
        ("bottom >= top", {**OPEN, "top": 120, "bottom": 120}, RAISED),
        ("bottom >= top", {**OPEN, "top": 120, "bottom": 80}, CLEAR),
        ("bottom >= top", {**OPEN, "top": 120}, UNKNOWN),
        ("bottom >= top", {"gate": "no", "bottom": 80}, CLEAR),
        ("bottom >= top", {"gate": "no", "bottom": "not-sure"}, CLEAR),
        ("bottom >= top", {"gate": "not-sure", "bottom": 80}, UNKNOWN),
        ("unsure(one)", {**OPEN, "one": "not-sure"}, RAISED),
        ("unsure(one)", OPEN, CLEAR),
        ("unsure(one)", {"gate": "no"}, CLEAR),
        ("unsure(one)", {"gate": "not-sure"}, UNKNOWN),
        ("unsure(many)", {**OPEN, "many": ["b", "not-sure"]}, RAISED),
        ("unanswered(one)", OPEN, RAISED),
        ("unanswered(one)", {**OPEN, "one": "not-sure"}, CLEAR),
        ("unanswered(notes)", {**OPEN, "notes": "not-sure"}, CLEAR),
        ("unknown(one)", OPEN, RAISED),
        ("unknown(one)", {**OPEN, "one": "not-sure"}, RAISED),
        ("unknown(one)", {**OPEN, "one": "no"}, CLEAR),
        ("unknown(notes)", {**OPEN, "notes": "not-sure"}, CLEAR),
        ("unknown(one)", {"gate": "no"}, CLEAR),
        ("unknown(one)", {"gate": "not-sure"}, UNKNOWN),
        ("unknown-any(one, often)", {"gate": "not-sure", "often": "0"}, UNKNOWN),
        ("unknown-any(one, often)", {"gate": "not-sure"}, RAISED),
        ("score(total) >= 3", {**OPEN, "often": "1", "much": "2"}, RAISED),
        ("score(total) >= 3", {**OPEN, "often": "3"}, RAISED),
        ("score(total) >= 3", {**OPEN, "often": "0"}, UNKNOWN),
        ("score(total) >= 4", {"gate": "no", "often": "3"}, CLEAR),
        ("score(total) >= 4", {"gate": "not-sure", "often": "3"}, UNKNOWN),
        ("score(total) >= 4", {**OPEN, "often": "0", "much": "not-sure"}, CLEAR),
    ],
)
def test_each_row_of_the_table(condition: str, answers: dict[str, object], expected: str) -> None:
    assert verdict(condition, answers) == expected


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (RAISED, RAISED, RAISED, RAISED),
        (RAISED, UNKNOWN, UNKNOWN, RAISED),
        (RAISED, CLEAR, CLEAR, RAISED),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, CLEAR, CLEAR, UNKNOWN),
        (CLEAR, CLEAR, CLEAR, CLEAR),
    ],
)
def test_and_and_or_follow_kleene(left: str, right: str, both: str, either: str) -> None:
    said = {RAISED: "yes", UNKNOWN: "not-sure", CLEAR: "no"}
    for first, second in ((left, right), (right, left)):
        definition = b.questionnaire(
            b.choice("x"), b.choice("y"), a="x = yes AND y = yes", o="x = yes OR y = yes"
        )
        found = rules.assess(definition, {"x": said[first], "y": said[second]})
        names = {
            code: RAISED if code in found.raised else UNKNOWN if code in found.cannot_tell else CLEAR
            for code in "ao"
        }
        assert names == {"a": both, "o": either}


def test_questions_not_put_to_the_patient_yet_are_never_asked_not_blank() -> None:
    assert verdict("unknown(often)", {}, asked={"gate"}) == UNKNOWN
    assert verdict("unknown(often)", {}, asked={"gate", "often"}) == RAISED


def test_a_closed_question_is_not_applicable_even_before_its_page() -> None:
    assert verdict("one = yes", {"gate": "no"}, asked={"gate"}) == CLEAR


def because(condition: str, answers: dict[str, object]) -> tuple[str, ...]:
    definition = b.questionnaire(
        b.choice("x"),
        b.choice("y"),
        b.choice("often", "0", "1"),
        b.choice("much", "0", "1"),
        scores=(Score("total", "Total", ("often", "much")),),
        concern=condition,
    )
    return rules.assess(definition, answers).flags[0].because


def test_because_names_every_true_branch_of_an_or() -> None:
    assert because("y = yes OR x = yes", {"x": "yes", "y": "yes"}) == ("x", "y")
    assert because("y = yes OR x = yes", {"x": "no", "y": "yes"}) == ("y",)


def test_because_names_every_branch_of_an_and() -> None:
    assert because("y = yes AND x = yes", {"x": "yes", "y": "yes"}) == ("x", "y")


def test_because_of_a_score_names_the_items_that_add_to_it() -> None:
    assert because("score(total) >= 1", {"often": "0", "much": "1"}) == ("much",)


def test_because_of_unknown_any_names_only_the_unknown_questions() -> None:
    assert because("unknown-any(x, y)", {"x": "yes", "y": "not-sure"}) == ("y",)


def test_an_explained_condition_shows_the_verdict_of_each_part() -> None:
    from questionnaire.rules import explain

    definition = b.questionnaire(b.choice("x"), b.choice("y"), concern="x = yes OR y = yes")
    found = explain.explain_condition(definition, "x = yes OR y = yes", {"x": "no", "y": "yes"})
    assert (found.verdict, found.joined_by) == (Verdict.RAISED, "any")
    assert [part.verdict for part in found.parts] == [Verdict.CLEAR, Verdict.RAISED]
    assert found.words == "x is “yes”, or y is “yes”"
