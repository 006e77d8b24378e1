"""Who uses a question, option, score, topic or flag: what would be left hanging if it were removed. Pure
Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from questionnaire.definition import Definition, Vignette
from questionnaire.rules.conditions import HasAny, OneOf, ScoreAtLeast, Test, iter_tests, list_link_ids
from questionnaire.rules.parsing import parse_if_valid


@dataclass(frozen=True)
class Use:
    """One place that uses a question, option, score or topic."""

    kind: str
    """question | flag | score | vignette"""
    id: str
    how: str
    """ "opens it", "condition", "item", "answer", "expected", "topic"."""


class InUseError(ValueError):
    """Refused: other parts use it. `uses` lists them, each to be changed first."""

    def __init__(self, uses: tuple[Use, ...]) -> None:
        self.uses = uses
        super().__init__(f"used in {len(uses)} places")


def find_question_uses(definition: Definition, link_id: str) -> tuple[Use, ...]:
    """Every condition, score and vignette that reads this question."""
    return (
        *_find_condition_uses(definition, lambda text: _reads_question(text, link_id)),
        *(Use("score", score.name, "item") for score in definition.scores if link_id in score.items),
        *(Use("vignette", v.name, "answer") for v in definition.vignettes if link_id in dict(v.answers)),
    )


def find_choice_uses(definition: Definition, link_id: str, code: str) -> tuple[Use, ...]:
    """Every condition and vignette that names this option."""
    return _find_condition_uses(definition, lambda text: _names_code(text, link_id, code)) + tuple(
        Use("vignette", v.name, "answer") for v in definition.vignettes if _answers_code(v, link_id, code)
    )


def find_score_uses(definition: Definition, name: str) -> tuple[Use, ...]:
    """Every condition that reads this score."""
    return _find_condition_uses(definition, lambda text: _reads_score(text, name))


def find_topic_uses(definition: Definition, topic_id: str) -> tuple[Use, ...]:
    """Every flag of this topic."""
    return tuple(Use("flag", flag.code, "topic") for flag in definition.flags if flag.topic == topic_id)


def find_flag_uses(definition: Definition, code: str) -> tuple[Use, ...]:
    """Flags that cover this one, and vignettes that expect something of it."""
    covering = (flag for flag in definition.flags if code in flag.covers)
    expecting = (v for v in definition.vignettes if code in {*v.raised, *v.not_raised, *v.cannot_tell})
    return (
        *(Use("flag", flag.code, "covers it") for flag in covering),
        *(Use("vignette", v.name, "expected") for v in expecting),
    )


def _find_condition_uses(definition: Definition, is_used_in: Callable[[str], bool]) -> tuple[Use, ...]:
    questions = (q for q in definition.questions.values() if q.shown_when and is_used_in(q.shown_when))
    flags = (flag for flag in definition.flags if is_used_in(flag.condition))
    return (
        *(Use("question", q.link_id, "opens it") for q in questions),
        *(Use("flag", flag.code, "condition") for flag in flags),
    )


def _list_tests(text: str) -> tuple[Test, ...]:
    expression = parse_if_valid(text)
    return tuple(iter_tests(expression)) if expression else ()


def _reads_question(text: str, link_id: str) -> bool:
    """Whether a condition reads a question; one that cannot be parsed is searched for the word, to be
    careful."""
    read = _list_questions_read(text)
    if read is None:
        return re.search(rf"(?<![\w-]){re.escape(link_id)}(?![\w-])", text) is not None
    return link_id in read


@lru_cache(maxsize=4096)
def _list_questions_read(text: str) -> frozenset[str] | None:
    tests = _list_tests(text)
    return frozenset(link_id for test in tests for link_id in list_link_ids(test)) if tests else None


def _reads_score(text: str, name: str) -> bool:
    return any(isinstance(test, ScoreAtLeast) and test.name == name for test in _list_tests(text))


def _names_code(text: str, link_id: str, code: str) -> bool:
    tests = (
        test for test in _list_tests(text) if isinstance(test, OneOf | HasAny) and test.link_id == link_id
    )
    return any(code in test.codes for test in tests)


def _answers_code(vignette: Vignette, link_id: str, code: str) -> bool:
    answer = dict(vignette.answers).get(link_id)
    return answer == code or (isinstance(answer, tuple) and code in answer)
