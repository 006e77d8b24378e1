"""A plain person: what somebody with nothing to report would say. Witnesses differ from them as little as they can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType
from questionnaire.rules.proofs.encoding import Formula, Said, both, no
from questionnaire.rules.proofs.results import Answers

_UNEVENTFUL = ("no", "never", NONE_CODE, "0")
"""Codes that say "nothing to report", the most telling first."""
_BANDS = (80, 40, 20, 10)
"""How far a number may stray from the plain one, tried from the widest."""


def plain_answers(definition: Definition) -> Answers:
    """What the plain person says to every question: the first whole vignette, completed by uneventful answers."""
    told = next((v.told for v in definition.vignettes if v.like is None), {})
    return {
        link_id: told.get(link_id, _uneventful(question)) if _can_say(question, told.get(link_id)) else _uneventful(question)
        for link_id, question in definition.questions.items()
    }  # fmt: skip


def _can_say(question: Question, value: Any) -> bool:
    """The story may be older than the question."""
    if question.options:
        return value is not None and {value, *()} <= question.codes if isinstance(value, str) else (
            bool(value) and set(value) <= question.codes
        )  # fmt: skip
    return value is not None


def _uneventful(question: Question) -> Any:
    if question.type is QuestionType.TEXT:
        return "In my own words" if question.required else None
    if question.type is QuestionType.INTEGER:
        low, high = question.minimum or 0, question.maximum
        return low if high is None else (low + high) // 2
    known = [choice.code for choice in question.options if not choice.is_unsure] or [c.code for c in question.options]
    code = next((code for code in _UNEVENTFUL if code in known), known[0])
    return [code] if question.type is QuestionType.MULTI_CHOICE else code


def wishes(question: Question, said: Said, plain: Any) -> Iterator[tuple[int, Formula]]:
    """What keeps an answer plain, as (rank, formula): a wish of a higher rank is given up sooner.

    Rank 0, yielded first, is the plain answer itself; then come "answered", "known", "few boxes ticked", "near the
    plain number".
    """
    yield 0, said.says(plain)
    if question.type is not QuestionType.TEXT:
        yield 1, no(said.blank)
        yield 2, no(said.unsure)
    if question.type is QuestionType.MULTI_CHOICE:
        for choice in question.options:
            if choice.code != NONE_CODE:
                yield 3, no(said.codes[choice.code])
    if question.type is QuestionType.INTEGER and isinstance(plain, int):
        for rank, band in enumerate(_BANDS, 3):
            yield rank, both(said.number >= plain - band, said.number <= plain + band)
