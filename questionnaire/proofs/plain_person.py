"""A plain person: what somebody with nothing to report would say. Witnesses differ from them as little as
they can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType
from questionnaire.proof_results import Answers
from questionnaire.proofs.formulas import Formula, all_of, negate
from questionnaire.proofs.person import AnswerFormulas
from questionnaire.rules.answers import AnswerError, read_answer

_UNEVENTFUL = ("no", "never", NONE_CODE, "0")
"""Codes that say "nothing to report", the most telling first."""
_DECLINED = "prefer-not-to-say"
_BANDS = (80, 40, 20, 10)
"""How far a number may stray from the plain one, tried from the widest."""


def build_plain_answers(definition: Definition) -> Answers:
    """What the plain person says to every question: the first whole vignette, completed by uneventful
    answers."""
    story = next((vignette.own_answers for vignette in definition.vignettes if vignette.like is None), {})
    plain: Answers = {}
    for link_id, question in definition.questions.items():
        value = story.get(link_id)
        plain[link_id] = value if _fits(question, value) else _choose_uneventful(question)
    return plain


def _fits(question: Question, value: Any) -> bool:
    """Whether the story's answer still fits the question, which may have changed since it was written."""
    try:
        return read_answer(question, value) is not None
    except AnswerError:
        return False


def _choose_uneventful(question: Question) -> Any:
    if question.type is QuestionType.TEXT:
        return "In my own words" if question.required else None
    if question.type is QuestionType.INTEGER:
        low, high = question.minimum or 0, question.maximum
        return low if high is None else (low + high) // 2
    known = [choice.code for choice in question.options if not choice.is_unsure] or [
        c.code for c in question.options
    ]
    code = next((code for code in _UNEVENTFUL if code in known), known[0])
    return [code] if question.type is QuestionType.MULTI_CHOICE else code


def list_preferences(question: Question, answer: AnswerFormulas, plain: Any) -> Iterator[tuple[int, Formula]]:
    """What keeps an answer plain, as (rank, formula): a preference of a higher rank is given up sooner.

    Rank 0, yielded first, is the plain answer itself; then come "answered", "known", "few boxes ticked",
    "near the plain number".
    """
    yield 0, answer.equals(plain)
    if question.type is not QuestionType.TEXT:
        yield 1, negate(answer.blank)
        yield 2, negate(answer.unsure)
        yield 9, negate(answer.codes.get(_DECLINED, False))
    if question.type is QuestionType.MULTI_CHOICE:
        for choice in question.options:
            if choice.code != NONE_CODE:
                yield 3, negate(answer.codes[choice.code])
    if question.type is QuestionType.INTEGER and isinstance(plain, int):
        for rank, band in enumerate(_BANDS, 3):
            yield rank, all_of(answer.number >= plain - band, answer.number <= plain + band)
