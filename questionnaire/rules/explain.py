"""Conditions in plain words, for staff and editors: read aloud as they stand, or explained for one patient."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from questionnaire.definition import Definition
from questionnaire.rules import conditions
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    NotBelow,
    ScoreAtLeast,
    Test,
)
from questionnaire.rules.evaluation import ConditionCompiler, Verdict, compile_questionnaire

_COMPARED = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}
_MISSING = {
    "unknown": "is not known (not sure, declined or left blank)",
    "unsure": "was answered not sure or prefer not to say",
    "unanswered": "was left blank",
}


@dataclass(frozen=True)
class ExplainedCondition:
    """One part of a condition for one patient: its words, its verdict, and its own parts."""

    words: str
    verdict: Verdict
    joined_by: str = ""
    """"all" or "any" when this part joins others; "" for a single test."""
    parts: tuple[ExplainedCondition, ...] = ()


def describe_condition(definition: Definition, expression: Expression | str, language: str = "en") -> str:
    """A condition as one sentence part, with the short names of questions: "Top number is 140 or more"."""
    if isinstance(expression, str):
        expression = conditions.parse_condition(expression)
    if isinstance(expression, AnyOf):
        return ", or ".join(_bracketed(definition, term, language) for term in expression.terms)
    if isinstance(expression, AllOf):
        return " and ".join(_bracketed(definition, term, language) for term in expression.terms)
    return _test(definition, expression, language)


def explain_condition(
    definition: Definition, condition: str, answers: Mapping[str, object], asked: Collection[str] | None = None
) -> ExplainedCondition:
    """A condition judged for one patient, part by part."""
    patient = compile_questionnaire(definition).read_patient(answers, asked)
    compiler = ConditionCompiler(definition)

    def part(expression: Expression) -> ExplainedCondition:
        verdict = compiler.compile(expression).judge(patient)
        if isinstance(expression, AllOf | AnyOf):
            joined = "all" if isinstance(expression, AllOf) else "any"
            return ExplainedCondition(
                describe_condition(definition, expression), verdict, joined, tuple(part(t) for t in expression.terms)
            )
        return ExplainedCondition(describe_condition(definition, expression), verdict)

    return part(conditions.parse_condition(condition))


def _bracketed(definition: Definition, expression: Expression, language: str) -> str:
    words = describe_condition(definition, expression, language)
    return f"({words})" if isinstance(expression, AllOf | AnyOf) else words


def _test(definition: Definition, test: Test, language: str) -> str:
    if isinstance(test, ScoreAtLeast):
        score = definition.scores_by_name.get(test.name)
        return f"{score.title if score else test.name} adds up to {test.number} or more"
    if isinstance(test, Missing):
        return _missing(definition, test, language)
    name = _name(definition, test.link_id, language)
    if isinstance(test, Compare):
        return f"{name} is {_COMPARED[test.operator].format(_amount(definition, test, language))}"
    if isinstance(test, NotBelow):
        return f"{name} is not below {_name(definition, test.other, language)}"
    labels = [f"“{_label(definition, test.link_id, code, language)}”" for code in test.codes]
    verb = "includes" if isinstance(test, HasAny) else "is"
    return f"{name} {verb} {_one_of(labels)}"


def _missing(definition: Definition, test: Missing, language: str) -> str:
    names = [_name(definition, link_id, language) for link_id in test.link_ids]
    if len(names) == 1:
        return f"{names[0]} {_MISSING[test.kind]}"
    return f"any of these {_MISSING[test.kind]}: {', '.join(names)}"


def _amount(definition: Definition, test: Compare, language: str) -> str:
    """The number, with the option's own words where a choice's codes are numbers."""
    question = definition.questions.get(test.link_id)
    choice = question.choice(str(test.number)) if question else None
    return f"“{choice.label.in_(language)}”" if choice else str(test.number)


def _name(definition: Definition, link_id: str, language: str) -> str:
    question = definition.questions.get(link_id)
    return question.short.in_(language) if question else link_id


def _label(definition: Definition, link_id: str, code: str, language: str) -> str:
    question = definition.questions.get(link_id)
    choice = question.choice(code) if question else None
    return choice.label.in_(language) if choice else code


def _one_of(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
