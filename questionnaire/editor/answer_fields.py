"""Answers typed for a made-up patient: every question of a version as fields, and what was typed read as an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from questionnaire.definition import Definition, Question, QuestionType
from questionnaire.rules import answers
from questionnaire.rules.answers import AnswerError, Value

Faults = Sequence[tuple[str, str]]
"""(link id, what is wrong with its answer)."""


@dataclass(frozen=True)
class Field:
    """One question with what was typed: (code, label, chosen) of each option, or the words."""

    question: Question
    options: list[tuple[str, str, bool]]
    typed: str
    is_open: bool

    @property
    def many(self) -> bool:
        return self.question.type is QuestionType.MULTI_CHOICE

    @property
    def is_number(self) -> bool:
        return self.question.type is QuestionType.INTEGER


def typed(questions: Iterable[Question], posted: QueryDict) -> tuple[dict[str, Value], Faults]:
    """What was typed and can be read, and what cannot."""
    said: dict[str, Value] = {}
    faults: list[tuple[str, str]] = []
    for question in questions:
        try:
            if (value := answers.read(question, _raw(question, posted))) is not None:
                said[question.link_id] = value
        except AnswerError as error:
            faults.append((question.link_id, str(error)))
    return said, faults


def _raw(question: Question, posted: QueryDict) -> object:
    given = posted.getlist(question.link_id)
    return given if question.type is QuestionType.MULTI_CHOICE else (given[0] if given else None)


def as_typed(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Answers as a browser would send them."""
    return {
        link_id: [str(part) for part in (value if isinstance(value, list | tuple) else [value])]
        for link_id, value in said.items()
        if value is not None
    }


def sections(
    definition: Definition, given: Mapping[str, list[str]], opened: Collection[str] | None
) -> list[tuple[str, list[Field]]]:
    """Every question by its section; `opened`: those that are asked, None where nothing can be judged."""
    return [
        (str(section.title), [field(q, given, opened) for page in section.pages for q in page.questions])
        for section in definition.sections
    ]


def field(question: Question, given: Mapping[str, list[str]], opened: Collection[str] | None = None) -> Field:
    said = given.get(question.link_id, [])
    return Field(
        question=question,
        options=[(choice.code, str(choice.label), choice.code in said) for choice in question.options],
        typed=said[0][:4_000] if said else "",
        is_open=opened is None or question.link_id in opened,
    )
