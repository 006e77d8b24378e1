"""One validator for every entrance: what it takes, and what it says about the rest."""

from __future__ import annotations

import pytest

from questionnaire.rules import answers
from questionnaire.rules.answers import AnswerError, AnswerFault, read_answer
from tests.builders import definitions as b

ONE = b.choice("one", "0", "1", "yes", "not-sure")
MANY = b.several("many", "a", "b", "none", "not-sure")
TOP = b.number("top", 50, 300)
NOTES = b.words("notes")


@pytest.mark.parametrize("question", [ONE, MANY, TOP, NOTES])
@pytest.mark.parametrize("raw", [None, "", []])
def test_nothing_is_blank(question: object, raw: object) -> None:
    assert read_answer(question, raw) is None


@pytest.mark.parametrize(
    ("question", "raw", "stored"),
    [
        (ONE, "yes", "yes"),
        (ONE, 1, "1"),
        (MANY, ["b", "a"], ("a", "b")),
        (MANY, ["none"], ("none",)),
        (MANY, ["a", "none"], ("a",)),
        (MANY, ["none", "not-sure"], ("not-sure",)),
        (MANY, ["b", "not-sure"], ("b", "not-sure")),
        (TOP, 128, 128),
        (TOP, 128.0, 128),
        (TOP, " 128 ", 128),
        (TOP, "1 28", 128),
        (TOP, "128.0", 128),
        (TOP, "128,0", 128),
        (TOP, "0128", 128),
        (TOP, "١٢٨", 128),
        (TOP, "１２８", 128),
        (TOP, "not-sure", "not-sure"),
        (TOP, "prefer-not-to-say", "prefer-not-to-say"),
        (NOTES, "  two lines\r\nhere 😀 ", "two lines\nhere 😀"),
        (NOTES, "   ", None),
        (NOTES, "<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_what_is_taken(question: object, raw: object, stored: object) -> None:
    assert read_answer(question, raw) == stored


@pytest.mark.parametrize(
    ("question", "raw", "kind"),
    [
        (ONE, "maybe", AnswerFault.UNKNOWN_CODE),
        (ONE, " yes", AnswerFault.UNKNOWN_CODE),
        (ONE, True, AnswerFault.UNKNOWN_CODE),
        (ONE, 1.0, AnswerFault.UNKNOWN_CODE),
        (ONE, ["yes"], AnswerFault.NOT_ONE),
        (ONE, {"code": "yes"}, AnswerFault.NOT_ONE),
        (MANY, "a", AnswerFault.NOT_A_LIST),
        (MANY, ["a", "a"], AnswerFault.REPEATED),
        (MANY, ["a", "c"], AnswerFault.UNKNOWN_CODE),
        (MANY, [["a"]], AnswerFault.NOT_ONE),
        (TOP, True, AnswerFault.NOT_A_NUMBER),
        (TOP, "high", AnswerFault.NOT_A_NUMBER),
        (TOP, "12\x00", AnswerFault.NOT_A_NUMBER),
        (TOP, "1e2", AnswerFault.NOT_A_NUMBER),
        (TOP, "²", AnswerFault.NOT_A_NUMBER),
        (TOP, "128.5", AnswerFault.NOT_WHOLE),
        (TOP, 128.5, AnswerFault.NOT_WHOLE),
        (TOP, float("nan"), AnswerFault.NOT_WHOLE),
        (TOP, 49, AnswerFault.OUT_OF_RANGE),
        (TOP, 301, AnswerFault.OUT_OF_RANGE),
        (TOP, "-128", AnswerFault.OUT_OF_RANGE),
        (TOP, "9" * 5000, AnswerFault.OUT_OF_RANGE),
        (NOTES, "x" * 4001, AnswerFault.TOO_LONG),
        (NOTES, "a\x00b", AnswerFault.BAD_CHARACTER),
        (NOTES, 5, AnswerFault.BAD_CHARACTER),
    ],
)
def test_what_is_refused_and_why(question: object, raw: object, kind: AnswerFault) -> None:
    with pytest.raises(AnswerError) as error:
        read_answer(question, raw)
    assert error.value.kind is kind
    assert str(error.value).startswith(question.link_id)
    assert "\n" not in str(error.value)


def test_a_refusal_never_repeats_the_answer() -> None:
    with pytest.raises(AnswerError) as error:
        read_answer(TOP, "my secret")
    assert "secret" not in str(error.value)


def test_a_whole_set_refuses_questions_that_do_not_exist() -> None:
    definition = b.questionnaire(ONE, TOP)
    assert answers.read_answers(definition, {"top": "128", "one": None}) == {"top": 128}
    with pytest.raises(AnswerError, match="not a question"):
        answers.read_answers(definition, {"topp": 128})
