"""What keeps a questionnaire from being published, in words an editor can act on. The clock is passed in.

Pure Python. `conditions.py` judges the conditions, `wording.py` the words; here are ids, shapes and
sources. Proofs, vignettes and the comparison with the version before are further steps of the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from questionnaire.checks.conditions import find_condition_problems
from questionnaire.checks.folding import find_folding_problems
from questionnaire.checks.problem import Problem, suggest_spelling
from questionnaire.checks.sources import EXPIRED, find_source_problems
from questionnaire.checks.tags import find_tag_problems
from questionnaire.checks.wording import find_wording_problems
from questionnaire.definition import Definition, Flag, Question, QuestionType, Score
from questionnaire.identifiers import CODE_PATTERN, CONDITION_WORDS, ID_PATTERN, PAGE_FIELD_NAMES

__all__ = ["EXPIRED", "NOT_STORABLE", "find_problems"]

NOT_STORABLE = frozenset({"duplicate-id", "malformed-id", "number-too-large"})
"""Problems that even a draft cannot have."""

_LARGEST = 10**9


def find_problems(
    definition: Definition, *, today: date, before: Definition | None = None
) -> tuple[Problem, ...]:
    """Every problem found, in the order of the file. An empty tuple means that nothing here stops it.

    `before`: the version that patients are asked now; a flag that stands in it word for word may lack what
    newer flags must have.
    """
    return (
        *_id_problems(definition),
        *_shape_problems(definition),
        *(problem for question in definition.questions.values() for problem in _question_problems(question)),
        *(problem for score in definition.scores for problem in _score_problems(definition, score)),
        *find_condition_problems(definition),
        *(problem for flag in definition.flags for problem in _flag_problems(definition, flag)),
        *find_source_problems(definition, today=today, before=before),
        *find_folding_problems(definition),
        *find_tag_problems(definition),
        *_decision_problems(definition),
        *find_wording_problems(definition),
    )


# Ids --------------------------------------------------------------------------------------------------------


def _id_problems(definition: Definition) -> Iterator[Problem]:
    questions = [question for page in definition.pages for question in page.questions]
    yield from _names("questionnaire", [definition.slug])
    yield from _names("section", [section.id for section in definition.sections])
    yield from _names("question", [question.link_id for question in questions], reserved=True)
    yield from _names("score", [score.name for score in definition.scores], reserved=True)
    yield from _names("topic", [topic.id for topic in definition.topics])
    yield from _names("flag", [flag.code for flag in definition.flags])
    yield from _names("text", [text.id for text in definition.texts])
    yield from _names("vignette", [vignette.name for vignette in definition.vignettes])
    for question in questions:
        if question.link_id in PAGE_FIELD_NAMES:
            message = "is a name that its page needs for itself; choose another id"
            yield Problem("reserved-id", f"question {question.link_id}", message)
        codes = [choice.code for choice in question.options]
        yield from _names(f"question {question.link_id} option", codes, pattern=CODE_PATTERN)


def _names(
    kind: str, names: list[str], *, pattern: re.Pattern[str] = ID_PATTERN, reserved: bool = False
) -> Iterator[Problem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Problem("duplicate-id", f"{kind} {name}", "stands twice; every id is used once")
        if not pattern.fullmatch(name):
            message = 'is not an id: use small letters, digits and "-", at most 80, beginning with a letter'
            yield Problem("malformed-id", f"{kind} {name[:80]!r}", message)
        if reserved and name in CONDITION_WORDS:
            yield Problem(
                "reserved-id", f"{kind} {name}", "is a word of the condition language; choose another id"
            )


# Shapes -----------------------------------------------------------------------------------------------------


def _shape_problems(definition: Definition) -> Iterator[Problem]:
    if not definition.sections:
        yield Problem("empty", "questionnaire", "has no section")
    for section in definition.sections:
        if not section.pages:
            yield Problem("empty", f"section {section.id}", "has no page")
        for number, page in enumerate(section.pages, 1):
            if not page.questions:
                yield Problem("empty", f"section {section.id} page {number}", "has no question")


def _question_problems(question: Question) -> Iterator[Problem]:
    where = f"question {question.link_id}"
    if question.type in {QuestionType.CHOICE, QuestionType.MULTI_CHOICE}:
        yield from _option_problems(question, where)
    elif question.options:
        yield Problem("options", where, f"has options, and its type {question.type} takes none")
    numbers = [number for number in (question.minimum, question.maximum) if number is not None]
    if numbers and question.type is not QuestionType.INTEGER:
        yield Problem("range", where, "has a minimum or maximum, and is not a number")
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        yield Problem("range", where, f"its minimum {numbers[0]} is above its maximum {numbers[1]}")
    weights = [choice.weight for choice in question.options if choice.weight is not None]
    if any(abs(number) > _LARGEST for number in (*numbers, *weights)):
        yield Problem("number-too-large", where, f"holds a number beyond {_LARGEST}")


def _option_problems(question: Question, where: str) -> Iterator[Problem]:
    if len(question.options) < 2:
        yield Problem("options", where, "needs at least two options")
    elif question.required and not any(choice.is_unsure for choice in question.options):
        message = 'needs the option not-sure or prefer-not-to-say: nobody may be forced to a "yes" or "no"'
        yield Problem("no-unsure-option", where, message)


def _score_problems(definition: Definition, score: Score) -> Iterator[Problem]:
    where = f"score {score.name}"
    if not score.items:
        yield Problem("empty", where, "has no items")
    for place, link_id in enumerate(score.items):
        question = definition.questions.get(link_id)
        if question is None:
            hint = suggest_spelling(link_id, definition.questions)
            yield Problem("unknown-question", where, f'there is no question "{link_id}"{hint}')
        elif question.type is not QuestionType.CHOICE:
            yield Problem("score-item", where, f"{link_id} is not a single choice, so it adds no points")
        elif pointless := [c.code for c in question.options if not c.is_unsure and c.points is None]:
            yield Problem(
                "score-item",
                where,
                f'the option "{pointless[0]}" of {link_id} has no points: give it a weight',
            )
        elif any((choice.points or 0) < 0 for choice in question.options):
            yield Problem("score-item", where, f"{link_id} has an option with negative points")
        if link_id in score.items[:place]:
            yield Problem("score-item", where, f"{link_id} stands twice")


# Flags and decisions ----------------------------------------------------------------------------------------


def _flag_problems(definition: Definition, flag: Flag) -> Iterator[Problem]:
    where = f"flag {flag.code}"
    if flag.topic not in definition.topics_by_id:
        hint = suggest_spelling(flag.topic, definition.topics_by_id)
        yield Problem("unknown-topic", where, f'there is no topic "{flag.topic}"{hint}')
    for name, words in {"title": flag.title, "reason for clinicians": flag.reason}.items():
        if not words.strip():
            yield Problem("missing-words", where, f"has no {name}")


def _decision_problems(definition: Definition) -> Iterator[Problem]:
    known = {*definition.questions, *definition.flags_by_code, *definition.scores_by_name}
    for number, decision in enumerate(definition.decisions, 1):
        for name in _unknown(decision.about, known):
            message = f'is about "{name}", which is no question, flag or score{suggest_spelling(name, known)}'
            yield Problem("unknown-id", f"open decision {number}", message)


def _unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    return [name for name in names if name not in set(known)]
