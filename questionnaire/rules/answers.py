"""What an answer can be: a value, unknown, or blank. The one validator for web forms, files, submit and
imports.

A stored answer is one of
- a code (choice), or a tuple of codes in option order (multi-choice),
- a whole number, or the word "not-sure" or "prefer-not-to-say" (integer),
- words (text),
- None: left blank. "Not asked" is not an answer; `evaluation.py` knows it from the path.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question, QuestionType

Value = str | int | tuple[str, ...] | None
MAXIMUM_TEXT = 4_000
"""Characters in a text answer."""
_MAXIMUM_DIGITS = 12


class AnswerFault(StrEnum):
    """Why an answer cannot be read; forms turn each into its own sentence."""

    UNKNOWN_QUESTION = "unknown-question"
    UNKNOWN_CODE = "unknown-code"
    NOT_A_NUMBER = "not-a-number"
    NOT_WHOLE = "not-whole"
    OUT_OF_RANGE = "out-of-range"
    NOT_ONE = "not-one"
    NOT_A_LIST = "not-a-list"
    REPEATED = "repeated"
    TOO_LONG = "too-long"
    BAD_CHARACTER = "bad-character"


class AnswerError(ValueError):
    """An answer that cannot be read. The message is one line that names the question, never the answer's
    text."""

    Kind = AnswerFault

    def __init__(self, kind: AnswerFault, link_id: str, sentence: str, **detail: object) -> None:
        self.kind, self.link_id, self.detail = kind, link_id, detail
        super().__init__(f"{link_id}: {sentence}")


def is_blank(value: object) -> bool:
    return value is None or value == "" or value == () or value == []


def is_unsure(value: object) -> bool:
    """Whether the answer includes "not sure" or "prefer not to say"."""
    if isinstance(value, str):
        return value in UNSURE_CODES
    return isinstance(value, list | tuple) and any(code in UNSURE_CODES for code in value)


def read_answer(question: Question, raw: object) -> Value:
    """The answer in `raw`, as it is stored. Blank (None, "", []) gives None.

    Accepts what JSON and web forms carry: numbers as numbers or digits of any script, all-digit codes also as
    numbers, several codes as a list. "none" beside other codes is dropped. Raises AnswerError.
    """
    if raw is None or raw == "" or (isinstance(raw, list | tuple) and not raw):
        return None
    if question.type is QuestionType.CHOICE:
        return _code(question, raw)
    if question.type is QuestionType.MULTI_CHOICE:
        return _codes(question, raw)
    return _integer(question, raw) if question.type is QuestionType.INTEGER else _words(question, raw)


def read_answers(definition: Definition, raw: Mapping[str, object]) -> dict[str, Value]:
    """Every answer that is not blank, in file order. Raises AnswerError at the first that cannot be read.

    Link ids the questionnaire does not have are refused too, and so are bad answers to questions that are
    closed.
    """
    for link_id in raw:
        if link_id not in definition.questions:
            name = ascii(str(link_id)[:60])
            raise AnswerError(AnswerFault.UNKNOWN_QUESTION, name, "is not a question of this questionnaire")
    values = {
        q.link_id: read_answer(q, raw[q.link_id]) for q in definition.questions.values() if q.link_id in raw
    }
    return {link_id: value for link_id, value in values.items() if value is not None}


def _code(question: Question, raw: object) -> str:
    if isinstance(raw, list | tuple | dict):
        raise AnswerError(AnswerFault.NOT_ONE, question.link_id, "takes one option, not a list")
    code = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(code, str) or code not in question.codes:
        raise _unknown_code(question, raw)
    return code


def _codes(question: Question, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise AnswerError(AnswerFault.NOT_A_LIST, question.link_id, "takes a list of options")
    codes = [_code(question, item) for item in raw]
    if len(set(codes)) < len(codes):
        raise AnswerError(AnswerFault.REPEATED, question.link_id, "names the same option twice")
    if len(codes) > 1:
        codes = [code for code in codes if code != NONE_CODE]
    return tuple(choice.code for choice in question.options if choice.code in codes)


def _integer(question: Question, raw: object) -> int | str:
    if isinstance(raw, str) and raw in UNSURE_CODES:
        return raw
    number = _whole_number(question, raw)
    low, high = question.minimum, question.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        sentence = f"is outside the range {low} to {high}"
        raise AnswerError(AnswerFault.OUT_OF_RANGE, question.link_id, sentence, minimum=low, maximum=high)
    return number


def _whole_number(question: Question, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise AnswerError(AnswerFault.NOT_A_NUMBER, question.link_id, "takes a whole number")
    if isinstance(raw, str):
        return _digits(question, raw)
    if isinstance(raw, float) and not raw.is_integer():
        raise AnswerError(AnswerFault.NOT_WHOLE, question.link_id, "takes a whole number")
    return int(raw)


def _digits(question: Question, raw: str) -> int:
    """Digits of any script; spaces do not matter; "128.0" and "128,0" are whole."""
    plain = "".join(_digit(character) for character in raw if not character.isspace())
    whole, point, rest = plain.replace(",", ".").partition(".")
    sign, whole = (whole[:1], whole[1:]) if whole[:1] in {"-", "+"} else ("", whole)
    if not whole.isdecimal() or not whole.isascii() or (point and not (rest.isdecimal() and rest.isascii())):
        raise AnswerError(AnswerFault.NOT_A_NUMBER, question.link_id, "takes a whole number")
    if rest.strip("0"):
        raise AnswerError(AnswerFault.NOT_WHOLE, question.link_id, "takes a whole number")
    return int(sign + whole[:_MAXIMUM_DIGITS] + "0" * max(0, min(len(whole), 40) - _MAXIMUM_DIGITS))


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _words(question: Question, raw: object) -> str | None:
    if not isinstance(raw, str):
        raise AnswerError(AnswerFault.BAD_CHARACTER, question.link_id, "takes words")
    words = raw.replace("\r\n", "\n").strip()
    if len(words) > MAXIMUM_TEXT:
        sentence = f"is longer than {MAXIMUM_TEXT} characters"
        raise AnswerError(
            AnswerFault.TOO_LONG, question.link_id, sentence, maximum=MAXIMUM_TEXT, found=len(words)
        )
    if any(_is_unwritable(character) for character in words):
        raise AnswerError(
            AnswerFault.BAD_CHARACTER, question.link_id, "holds a character that cannot be stored"
        )
    return words or None


def _is_unwritable(character: str) -> bool:
    return (character < " " and character not in "\n\t") or "\ud800" <= character <= "\udfff"


def _unknown_code(question: Question, raw: object) -> AnswerError:
    known = ", ".join(choice.code for choice in question.options)
    return AnswerError(AnswerFault.UNKNOWN_CODE, question.link_id, f"is not one of its options ({known})")


def to_json_value(value: Value) -> object:
    """The JSON shape of an answer: a tuple becomes a list."""
    return list(value) if isinstance(value, tuple) else value
