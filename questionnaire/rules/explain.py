"""Conditions in plain words, for staff and editors: as they stand, or explained part by part for one
patient."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import assert_never

from questionnaire.definition import Definition
from questionnaire.rules.compilation import ConditionCompiler
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
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.parsing import parse_condition
from questionnaire.rules.states import Verdict

_COMPARED = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}
_MISSING = {
    MissingKind.UNKNOWN: "is not known (not sure, declined or left blank)",
    MissingKind.UNSURE: "was answered not sure or prefer not to say",
    MissingKind.UNANSWERED: "was left blank",
}


@dataclass(frozen=True)
class ExplainedCondition:
    """One part of a condition for one patient: its words, its verdict, and its own parts."""

    words: str
    verdict: Verdict
    """What a flag with this part alone would say: raised where it is met, clear where it is not."""
    joined_by: str = ""
    """"all" or "any" when this part joins others; "" for a single test."""
    parts: tuple[ExplainedCondition, ...] = ()


def describe_condition(definition: Definition, condition: Expression | str, language: str = "en") -> str:
    """A condition as one sentence part, with the short names of questions: "Top number is 140 or more".

    Raises ConditionError for a text that is not a condition.
    """
    expression = parse_condition(condition) if isinstance(condition, str) else condition
    match expression:
        case AnyOf(terms):
            return ", or ".join(_describe_term(definition, term, language) for term in terms)
        case AllOf(terms):
            return " and ".join(_describe_term(definition, term, language) for term in terms)
        case _:
            return _describe_test(definition, expression, language)


def explain_condition(
    definition: Definition,
    condition: str,
    answers: Mapping[str, object],
    asked: Collection[str] | None = None,
) -> ExplainedCondition:
    """A condition judged for one patient, part by part.

    Raises ConditionError or KeyError for a condition that was never checked.
    """
    patient = compile_questionnaire(definition).read_patient(answers, asked)
    compiler = ConditionCompiler(definition)

    def explain_part(expression: Expression) -> ExplainedCondition:
        words = describe_condition(definition, expression)
        verdict = compiler.compile(expression).find_verdict(patient)
        match expression:
            case AllOf(terms) | AnyOf(terms):
                joined_by = "all" if isinstance(expression, AllOf) else "any"
                return ExplainedCondition(
                    words, verdict, joined_by, tuple(explain_part(term) for term in terms)
                )
            case _:
                return ExplainedCondition(words, verdict)

    return explain_part(parse_condition(condition))


def _describe_term(definition: Definition, term: Expression, language: str) -> str:
    words = describe_condition(definition, term, language)
    return f"({words})" if isinstance(term, AllOf | AnyOf) else words


def _describe_test(definition: Definition, test: Test, language: str) -> str:
    match test:
        case OneOf() | HasAny():
            return _describe_codes(definition, test, language)
        case Compare():
            amount = _COMPARED[test.operator].format(_describe_amount(definition, test, language))
            return f"{_name_question(definition, test.link_id, language)} is {amount}"
        case NotBelow():
            names = (_name_question(definition, link_id, language) for link_id in (test.link_id, test.other))
            return " is not below ".join(names)
        case ScoreAtLeast():
            score = definition.scores_by_name.get(test.name)
            return f"{score.title if score else test.name} adds up to {test.number} or more"
        case Missing():
            return _describe_missing(definition, test, language)
        case _:
            assert_never(test)


def _describe_codes(definition: Definition, test: OneOf | HasAny, language: str) -> str:
    name = _name_question(definition, test.link_id, language)
    labels = [f"“{_find_label(definition, test.link_id, code, language)}”" for code in test.codes]
    return f"{name} {'includes' if isinstance(test, HasAny) else 'is'} {_join_labels(labels)}"


def _describe_missing(definition: Definition, test: Missing, language: str) -> str:
    names = [_name_question(definition, link_id, language) for link_id in test.link_ids]
    if len(names) == 1:
        return f"{names[0]} {_MISSING[test.kind]}"
    return f"any of these {_MISSING[test.kind]}: {', '.join(names)}"


def _describe_amount(definition: Definition, test: Compare, language: str) -> str:
    """The number, with the option's own words where a choice's codes are numbers."""
    question = definition.questions.get(test.link_id)
    choice = question.choice(str(test.number)) if question else None
    return f"“{choice.label.in_(language)}”" if choice else str(test.number)


def _name_question(definition: Definition, link_id: str, language: str) -> str:
    question = definition.questions.get(link_id)
    return question.short.in_(language) if question else link_id


def _find_label(definition: Definition, link_id: str, code: str, language: str) -> str:
    question = definition.questions.get(link_id)
    choice = question.choice(code) if question else None
    return choice.label.in_(language) if choice else code


def _join_labels(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
