"""The way to each part of a version: its page in the editor, what uses it, and the problems it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from questionnaire.changes.uses import Use
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.models import Version

_SCREEN_WORDS = {"score": "total", "text": "fixed text", "vignette": "story"}
"""Kinds of part that have another word on screen."""


@dataclass(frozen=True)
class UseLink:
    """A place that uses something, with its words and where to change it."""

    words: str
    how: str
    address: str
    is_story: bool = False


@dataclass(frozen=True)
class LocatedProblem:
    """A problem with the name of the part it is about, and the page where it can be put right."""

    problem: Problem
    words: str
    address: str
    unclarified: str = ""
    """The question whose "not sure" no flag asks about: the page offers to add one."""


def part_address(version: Version, kind: str, id: str) -> str:
    """The editor's page of one part of a version; its place in the outline for a part without a page."""
    place = [version.questionnaire.slug, version.number]
    try:
        return reverse(f"editor:{kind}", args=[*place, id])
    except NoReverseMatch:
        return f"{reverse('editor:outline', args=place)}#{kind}-{id}"


def link_uses(version: Version, definition: Definition, uses: Iterable[Use]) -> list[UseLink]:
    """Each use with its plain name and its page in the editor."""
    return [
        UseLink(
            _name_use(definition, use),
            use.how,
            part_address(version, use.kind, use.id),
            use.kind == "vignette",
        )
        for use in uses
    ]


def split_problems(problems: Iterable[Problem]) -> tuple[list[Problem], frozenset[str]]:
    """What is in the way; and the stories that fail, each once, for one changed question can make all
    fail."""
    blocking = [problem for problem in problems if problem.blocks]
    failing = frozenset(problem.where for problem in blocking if problem.code == "vignette-fails")
    return [problem for problem in blocking if problem.code != "vignette-fails"], failing


def locate_problems(
    version: Version, definition: Definition, problems: Iterable[Problem]
) -> list[LocatedProblem]:
    """Each problem with the part of the version it is about, where there is one."""
    names = _name_parts(definition)
    return [_locate_problem(version, names, problem) for problem in problems]


def _locate_problem(version: Version, names: dict[str, dict[str, str]], problem: Problem) -> LocatedProblem:
    kind, _space, rest = problem.where.partition(" ")
    id, _space, detail = rest.partition(" ")
    if problem.code in {"reason", "no-reason"}:
        return LocatedProblem(problem, _("What changes, and why"), "#reason")
    if id not in names.get(kind, {}):
        return LocatedProblem(problem, problem.where, "")
    name = f"{_SCREEN_WORDS.get(kind, kind)} “{names[kind][id]}”"
    words = f"{name}, {detail.replace('_', ' ')}" if detail else name
    unclarified = id if problem.code == "unclarified" else ""
    return LocatedProblem(problem, words, part_address(version, kind, id), unclarified)


def _name_parts(definition: Definition) -> dict[str, dict[str, str]]:
    """What each part is called, by its kind and its id."""
    return {
        "question": {link_id: str(question.short) for link_id, question in definition.questions.items()},
        "flag": {flag.code: flag.title for flag in definition.flags},
        "section": {section.id: str(section.title) for section in definition.sections},
        "topic": {topic.id: str(topic.label) for topic in definition.topics},
        "text": {text.id: text.id for text in definition.texts},
        "score": {score.name: score.title for score in definition.scores},
        "vignette": {vignette.name: vignette.story for vignette in definition.vignettes},
    }


def _name_use(definition: Definition, use: Use) -> str:
    if use.kind == "question":
        return str(definition.questions[use.id].short)
    if use.kind == "flag":
        return definition.flags_by_code[use.id].title
    return use.id
