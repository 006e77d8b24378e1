"""One patient's answers as the rules read them: the state and value of every question. Plain Python, no
clock."""

from __future__ import annotations

from questionnaire.definition import UNSURE_CODES, Question, QuestionType
from questionnaire.rules.answers import AnswerError, Value, read_answer
from questionnaire.rules.states import State, Truth

StateAndValue = tuple[State, Value]


class Patient:
    """One patient's answers against one version; each list has an entry for every question, in file order."""

    __slots__ = ("is_open", "states", "values")

    def __init__(self, size: int) -> None:
        self.is_open: list[Truth] = [None] * size
        """Whether its shown_when holds. None: it may be open, but nobody knows."""
        self.states: list[State] = [State.NEVER_ASKED] * size
        self.values: list[Value] = [None] * size


def classify_answer(question: Question, raw: object) -> StateAndValue:
    """The state of an open question with this answer. One that cannot be read counts as blank, never as
    "no"."""
    if raw is None:
        return State.BLANK, None
    try:
        value = read_answer(question, raw)
    except AnswerError:
        return State.BLANK, None
    return classify_value(question, value), value


def classify_value(question: Question, value: Value) -> State:
    """The state of an open question with this stored value."""
    if value is None:
        return State.BLANK
    if question.type is QuestionType.TEXT or isinstance(value, int):
        return State.KNOWN
    if isinstance(value, str):
        return State.UNSURE if value in UNSURE_CODES else State.KNOWN
    unsure = sum(code in UNSURE_CODES for code in value)
    if not unsure:
        return State.KNOWN
    return State.UNSURE if unsure == len(value) else State.PARTLY
