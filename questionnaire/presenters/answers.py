"""The answers of an answered questionnaire in words.

Worked out once: the patient's pages, the paper, the desk and the preview show selections of the same lines.
Not sure, declined, left blank and never asked are four different things, and each has its mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Paper, Question
from questionnaire.presenters.reader import Reader, in_words
from questionnaire.rules.answers import Value
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.states import State


class Mark(StrEnum):
    """What kind of answer a question has."""

    ANSWERED = "answered"
    PARTLY = "partly"
    """Several options, "not sure" among them."""
    UNSURE = "unsure"
    DECLINED = "declined"
    BLANK = "blank"
    NEVER_ASKED = "never-asked"
    """It depends on an answer that is not known."""
    NOT_APPLICABLE = "not-applicable"
    """A known answer closed it: not asked on this path."""


UNKNOWN = frozenset({Mark.PARTLY, Mark.UNSURE, Mark.DECLINED, Mark.BLANK, Mark.NEVER_ASKED})
_NOT_PUT = frozenset({Mark.NEVER_ASKED, Mark.NOT_APPLICABLE})
_MARKS = {
    State.KNOWN: Mark.ANSWERED,
    State.PARTLY: Mark.PARTLY,
    State.BLANK: Mark.BLANK,
    State.NEVER_ASKED: Mark.NEVER_ASKED,
    State.NOT_APPLICABLE: Mark.NOT_APPLICABLE,
}


class Change(StrEnum):
    """What became of an answer after everything had been filled in."""

    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True)
class AnswerLine:
    """One question as it is put to a reader, and what came back, in that reader's words."""

    link_id: str
    page: int
    """The page it can be changed on."""
    mark: Mark
    stem: str
    """The beginning that questions of a group share; mostly empty."""
    wording: str
    """The rest of the question."""
    short: str
    lines: tuple[str, ...]
    """The answer, one line for each option; empty where there is none."""
    about: str = ""
    """What the list was about, where the answer names nothing of it: "None" says nothing by itself."""
    change: Change | None = None
    paper: Paper | None = None
    """Where it stands on what patients print or bring along, if not in its section."""

    @property
    def staff_only(self) -> bool:
        """Whether it never stands on a result page, a print or a PDF."""
        return self.paper is Paper.STAFF_ONLY

    @property
    def was_asked(self) -> bool:
        return self.mark not in _NOT_PUT

    @property
    def question(self) -> str:
        """The question as it is read back, apart from the page it stood on."""
        return f"{self.about}: {self.wording}" if self.about else self.wording


class OfAQuestion(Protocol):
    """Anything that stands for one question."""

    @property
    def link_id(self) -> str: ...


Line = TypeVar("Line", bound=OfAQuestion)


@dataclass(frozen=True)
class AnsweredSection(Generic[Line]):
    """A section's title and the lines that stand under it."""

    title: str
    answers: tuple[Line, ...]


def answer_lines(
    definition: Definition,
    answers: Mapping[str, Value],
    reader: Reader,
    *,
    asked: Collection[str] | None = None,
) -> list[AnswerLine]:
    """Every question of the questionnaire, in order, asked or not.

    While a form is being filled in, `asked` holds the link ids already put to the patient; without it every
    question that is open counts as asked. A leftover answer to a question that is closed is not shown. Raises
    ConditionError or KeyError only for a definition that was never checked.
    """
    compiled = compile_questionnaire(definition)
    states = compiled.read_patient(answers, asked).states
    return [
        _line(definition, definition.questions[link_id], state, answers.get(link_id), reader)
        for link_id, state in zip(compiled.link_ids, states, strict=True)
    ]


def read_back(
    definition: Definition,
    answers: Mapping[str, Value],
    reader: Reader,
    *,
    asked: Collection[str] | None = None,
    before: Mapping[str, Value] | None = None,
    on_paper: bool = False,
) -> list[AnsweredSection[AnswerLine]]:
    """What the patient reads back: the answers to the questions they were asked, by section.

    `before`: what answers were when everything had been filled in, None for one that is new; these are
    marked.
    `on_paper`: others may read it, so answers that are for staff only are left out.
    """
    lines = [line for line in answer_lines(definition, answers, reader, asked=asked) if line.was_asked]
    if on_paper:
        lines = [line for line in lines if not line.staff_only]
    return group_by_section(definition, (_with_change(line, before or {}) for line in lines), reader)


def list_first_lines(
    definition: Definition,
    answers: Mapping[str, Value],
    reader: Reader,
    *,
    asked: Collection[str] | None = None,
) -> list[AnswerLine]:
    """The answers that stand first on the papers, where something was said."""
    lines = answer_lines(definition, answers, reader, asked=asked)
    return [line for line in lines if line.paper is Paper.FIRST and line.lines]


def group_by_section(
    definition: Definition, lines: Iterable[Line], reader: Reader
) -> list[AnsweredSection[Line]]:
    """These lines under the titles of their sections. They stand in the order of the questionnaire."""
    sections = groupby(lines, lambda line: definition.section_of_page[definition.page_of[line.link_id]].id)
    titles = {section.id: reader.words(section.title) for section in definition.sections}
    return [AnsweredSection(titles[id], tuple(group)) for id, group in sections]


def _line(
    definition: Definition, question: Question, state: State, value: Value, reader: Reader
) -> AnswerLine:
    mark = _MARKS.get(state) or (Mark.DECLINED if _is_declined(value) else Mark.UNSURE)
    given = None if mark in _NOT_PUT else value
    wording, short = reader.words(question.wording), reader.words(question.short)
    return AnswerLine(
        link_id=question.link_id,
        page=definition.page_of[question.link_id],
        mark=mark,
        stem=reader.words(question.stem),
        wording=wording,
        short=short,
        lines=tuple(in_words(question, given, reader)),
        about=short if _names_nothing(given) and short not in wording else "",
        paper=question.paper,
    )


def _is_declined(value: Value) -> bool:
    codes = value if isinstance(value, tuple) else (value,)
    return "prefer-not-to-say" in codes


def _names_nothing(value: Value) -> bool:
    """Whether this is an answer to a list that names no option of it: "none", or that they are not sure."""
    return isinstance(value, tuple) and set(value) <= {NONE_CODE, *UNSURE_CODES}


def _with_change(line: AnswerLine, before: Mapping[str, Value]) -> AnswerLine:
    if line.link_id not in before:
        return line
    return replace(line, change=Change.NEW if before[line.link_id] is None else Change.CHANGED)
