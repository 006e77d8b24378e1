"""Which questions are open, in order: the path is replayed from the first question every time.

So no page is reached ahead of its turn, a closed question never blocks, and a leftover answer is ignored
until its question opens again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from questionnaire.definition import Definition, Question
from questionnaire.rules.answers import is_blank
from questionnaire.rules.evaluation import compile_questionnaire


@dataclass(frozen=True)
class OpenPage:
    """A page the patient has reached, with the questions that are open on it now."""

    number: int
    questions: tuple[Question, ...]
    done: bool
    """Every open question was put to the patient, and each required one has an answer."""


@dataclass(frozen=True)
class Walk:
    """The path so far: done pages in order, and the first one that is not done."""

    pages: tuple[OpenPage, ...]

    @property
    def next(self) -> int | None:
        """The page to fill in now; None when nothing is left to ask."""
        return self.pages[-1].number if self.pages and not self.pages[-1].done else None

    @property
    def complete(self) -> bool:
        return self.next is None

    @property
    def open(self) -> tuple[str, ...]:
        return tuple(question.link_id for page in self.pages for question in page.questions)

    def page(self, number: int) -> OpenPage | None:
        """The page with this number, or None where it is closed or not reached yet."""
        return next((page for page in self.pages if page.number == number), None)

    def before(self, number: int) -> int | None:
        """The number of the page before this one on the path."""
        earlier = [page.number for page in self.pages if page.number < number]
        return earlier[-1] if earlier else None

    def after(self, number: int) -> int | None:
        """The number of the page after this one on the path."""
        return next((page.number for page in self.pages if page.number > number), None)


def walk_path(definition: Definition, answers: Mapping[str, object], asked: Collection[str]) -> Walk:
    """The path for these answers, where `asked` are the questions already put to the patient and saved.

    Raises ConditionError or KeyError only for a definition that was never checked.
    """
    compiled = compile_questionnaire(definition)
    open_now = frozenset(compiled.find_open_questions(compiled.read_patient(answers, asked)))
    pages: list[OpenPage] = []
    for number, page in enumerate(definition.pages, 1):
        questions = tuple(question for question in page.questions if question.link_id in open_now)
        if not questions:
            continue
        done = all(_is_done(question, answers, asked) for question in questions)
        pages.append(OpenPage(number, questions, done))
        if not done:
            break
    return Walk(tuple(pages))


def find_open_questions(definition: Definition, answers: Mapping[str, object]) -> tuple[str, ...]:
    """The link ids of the questions these answers open, answered ones included, in file order.

    Raises ConditionError or KeyError only for a definition that was never checked.
    """
    compiled = compile_questionnaire(definition)
    return compiled.find_open_questions(compiled.read_patient(answers))


def _is_done(question: Question, answers: Mapping[str, object], asked: Collection[str]) -> bool:
    return question.link_id in asked and not (question.required and is_blank(answers.get(question.link_id)))
