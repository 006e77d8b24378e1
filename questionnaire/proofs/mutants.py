"""The small mistakes an editor could make in a condition: a number one off, a code forgotten, OR for AND."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from questionnaire.definition import Definition
from questionnaire.proof_results import Mutant
from questionnaire.rules import conditions
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    MissingKind,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
)
from questionnaire.rules.parsing import parse_condition

_OPERATORS = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class PlantedMistake:
    """A mutant with its condition as an expression."""

    mutant: Mutant
    expression: Expression


def plant_mistakes(definition: Definition) -> Iterator[PlantedMistake]:
    """Every mistake in every flag's condition, then in every shown_when, each once."""
    for flag in definition.flags:
        yield from _of_condition(definition, flag.code, False, flag.condition)
    for question in definition.questions.values():
        if question.shown_when:
            yield from _of_condition(definition, question.link_id, True, question.shown_when)


def _of_condition(definition: Definition, subject: str, opens: bool, condition: str) -> Iterator[PlantedMistake]:
    original = parse_condition(condition)
    seen = {original}
    for change, wrong in _wrong(definition, original):
        if wrong not in seen:
            seen.add(wrong)
            yield PlantedMistake(Mutant(subject, opens, change, conditions.write_condition(wrong)), wrong)


Wrong = Iterator[tuple[str, Expression]]
"""(what was changed, the condition with that mistake)."""


def _wrong(definition: Definition, expression: Expression) -> Wrong:
    match expression:
        case AllOf(terms):
            yield "AND became OR", AnyOf(terms)
            yield from _wrong_terms(definition, AllOf, terms)
        case AnyOf(terms):
            yield "OR became AND", AllOf(terms)
            yield from _wrong_terms(definition, AnyOf, terms)
        case _:
            yield from _wrong_test(definition, expression)


def _wrong_terms(definition: Definition, kind: type[AllOf | AnyOf], terms: tuple[Expression, ...]) -> Wrong:
    for place, term in enumerate(terms):
        rest = (*terms[:place], *terms[place + 1 :])
        yield f"{conditions.write_condition(term)} was dropped", rest[0] if len(rest) == 1 else kind(rest)
        for change, wrong in _wrong(definition, term):
            yield change, kind((*terms[:place], wrong, *terms[place + 1 :]))


def _wrong_test(definition: Definition, test: Test) -> Wrong:
    match test:
        case OneOf() | HasAny():
            yield from _wrong_codes(definition, test)
        case Compare():
            for operator in _OPERATORS:
                yield _became(test, replace(test, operator=operator))
            yield from (_became(test, replace(test, number=number)) for number in _next_numbers(test.number))
        case NotBelow():
            yield _became(test, replace(test, link_id=test.other, other=test.link_id))
        case ScoreAtLeast():
            yield from (_became(test, replace(test, number=number)) for number in _next_numbers(test.number))
        case Missing():
            yield from _wrong_missing(test)
        case _:
            assert_never(test)


def _next_numbers(number: int) -> tuple[int, ...]:
    """One less and one more; the language has no negative numbers."""
    return tuple(other for other in (number - 1, number + 1) if other >= 0)


def _wrong_missing(test: Missing) -> Wrong:
    if len(test.link_ids) == 1:
        yield from (_became(test, replace(test, kind=kind)) for kind in MissingKind)
    else:
        for link_id in test.link_ids:
            rest = tuple(other for other in test.link_ids if other != link_id)
            yield f"{link_id} was forgotten", replace(test, link_ids=rest)


def _wrong_codes(definition: Definition, test: OneOf | HasAny) -> Wrong:
    options = definition.questions[test.link_id].options
    others = [choice.code for choice in options if choice.code not in test.codes and not choice.is_unsure]
    for code in test.codes:
        rest = tuple(other for other in test.codes if other != code)
        if rest:
            yield f"{code} was forgotten in {test.link_id}", replace(test, codes=rest)
    for code in others:
        yield f"{code} was added to {test.link_id}", replace(test, codes=(*test.codes, code))
        if len(test.codes) == 1:
            yield _became(test, replace(test, codes=(code,)))


def _became(test: Test, wrong: Test) -> tuple[str, Expression]:
    return f"{conditions.write_condition(test)} became {conditions.write_condition(wrong)}", wrong
