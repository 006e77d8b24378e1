"""Answers typed for a made-up patient: the questions of a version as fields, and what was typed as
answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from questionnaire.definition import Definition, Question, QuestionType
from questionnaire.rules import answers
from questionnaire.rules.answers import AnswerError, Value

AnswerFaults = Sequence[tuple[str, str]]
"""(link id, what is wrong with its answer)."""
LONGEST_SHOWN = 4_000
"""Characters of what was typed that are shown again."""


@dataclass(frozen=True)
class AnswerField:
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


def read_typed_answers(
    questions: Iterable[Question], posted: QueryDict
) -> tuple[dict[str, Value], AnswerFaults]:
    """What was typed and can be read, by link id, and what cannot."""
    values: dict[str, Value] = {}
    faults: list[tuple[str, str]] = []
    for question in questions:
        try:
            if (value := answers.read_answer(question, _find_typed(question, posted))) is not None:
                values[question.link_id] = value
        except AnswerError as error:
            faults.append((question.link_id, str(error)))
    return values, faults


def _find_typed(question: Question, posted: QueryDict) -> object:
    typed = posted.getlist(question.link_id)
    return typed if question.type is QuestionType.MULTI_CHOICE else (typed[0] if typed else None)


def to_posted(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Answers as a browser would send them, by link id."""
    return {
        link_id: [str(part) for part in (value if isinstance(value, list | tuple) else [value])]
        for link_id, value in values.items()
        if value is not None
    }


def group_fields(
    definition: Definition, typed: Mapping[str, list[str]], open_ids: Collection[str] | None
) -> list[tuple[str, list[AnswerField]]]:
    """Every question by its section; `open_ids`: those that are asked, None where nothing can be judged."""
    return [
        (
            str(section.title),
            [make_field(q, typed, open_ids) for page in section.pages for q in page.questions],
        )
        for section in definition.sections
    ]


def make_field(
    question: Question, typed: Mapping[str, list[str]], open_ids: Collection[str] | None = None
) -> AnswerField:
    """The field of one question, filled with what was typed into it."""
    given = typed.get(question.link_id, [])
    return AnswerField(
        question=question,
        options=[(choice.code, str(choice.label), choice.code in given) for choice in question.options],
        typed=given[0][:LONGEST_SHOWN] if given else "",
        is_open=open_ids is None or question.link_id in open_ids,
    )
