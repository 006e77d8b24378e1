"""The small mistakes an editor could make in a condition: a number one off, a code forgotten, OR for AND."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from questionnaire.definition import Definition
from questionnaire.proof_results import Mutant
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
    write_condition,
)
from questionnaire.rules.parsing import parse_condition

_OPERATORS = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class PlantedMistake:
    """A mutant with its condition as an expression."""

    mutant: Mutant
    expression: Expression


def plant_mistakes(definition: Definition) -> Iterator[PlantedMistake]:
    """Every mistake in every flag's condition, then in every shown_when, each once.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    for flag in definition.flags:
        yield from _plant_in_condition(definition, flag.code, False, flag.condition)
    for question in definition.questions.values():
        if question.shown_when:
            yield from _plant_in_condition(definition, question.link_id, True, question.shown_when)


def _plant_in_condition(
    definition: Definition, subject: str, opens: bool, condition: str
) -> Iterator[PlantedMistake]:
    original = parse_condition(condition)
    seen = {original}
    for change, wrong in _vary(definition, original):
        if wrong not in seen:
            seen.add(wrong)
            yield PlantedMistake(Mutant(subject, opens, change, write_condition(wrong)), wrong)


Variants = Iterator[tuple[str, Expression]]
"""(what was changed, the condition with that mistake)."""


def _vary(definition: Definition, expression: Expression) -> Variants:
    match expression:
        case AllOf(terms):
            yield "AND became OR", AnyOf(terms)
            yield from _vary_terms(definition, AllOf, terms)
        case AnyOf(terms):
            yield "OR became AND", AllOf(terms)
            yield from _vary_terms(definition, AnyOf, terms)
        case _:
            yield from _vary_test(definition, expression)


def _vary_terms(
    definition: Definition, joined: type[AllOf | AnyOf], terms: tuple[Expression, ...]
) -> Variants:
    for place, term in enumerate(terms):
        before, after = terms[:place], terms[place + 1 :]
        rest = (*before, *after)
        yield f"{write_condition(term)} was dropped", rest[0] if len(rest) == 1 else joined(rest)
        for change, wrong in _vary(definition, term):
            yield change, joined((*before, wrong, *after))


def _vary_test(definition: Definition, test: Test) -> Variants:
    match test:
        case OneOf() | HasAny():
            yield from _vary_codes(definition, test)
        case Compare():
            for operator in _OPERATORS:
                yield _describe_change(test, replace(test, operator=operator))
            for number in _list_next_numbers(test.number):
                yield _describe_change(test, replace(test, number=number))
        case NotBelow():
            yield _describe_change(test, replace(test, link_id=test.other, other=test.link_id))
        case ScoreAtLeast():
            for number in _list_next_numbers(test.number):
                yield _describe_change(test, replace(test, number=number))
        case Missing():
            yield from _vary_missing(test)
        case _:
            assert_never(test)


def _list_next_numbers(number: int) -> tuple[int, ...]:
    """One less and one more; the language has no negative numbers."""
    return tuple(other for other in (number - 1, number + 1) if other >= 0)


def _vary_missing(test: Missing) -> Variants:
    if len(test.link_ids) == 1:
        yield from (_describe_change(test, replace(test, kind=kind)) for kind in MissingKind)
    else:
        for link_id in test.link_ids:
            rest = tuple(other for other in test.link_ids if other != link_id)
            yield f"{link_id} was forgotten", replace(test, link_ids=rest)


def _vary_codes(definition: Definition, test: OneOf | HasAny) -> Variants:
    options = definition.questions[test.link_id].options
    others = [choice.code for choice in options if choice.code not in test.codes and not choice.is_unsure]
    for code in test.codes:
        rest = tuple(other for other in test.codes if other != code)
        if rest:
            yield f"{code} was forgotten in {test.link_id}", replace(test, codes=rest)
    for code in others:
        yield f"{code} was added to {test.link_id}", replace(test, codes=(*test.codes, code))
        if len(test.codes) == 1:
            yield _describe_change(test, replace(test, codes=(code,)))


def _describe_change(test: Test, wrong: Test) -> tuple[str, Expression]:
    return f"{write_condition(test)} became {write_condition(wrong)}", wrong
