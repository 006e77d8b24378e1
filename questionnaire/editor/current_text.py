"""What a version says now: a draft's rows, or a frozen document; with its problems and who uses what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from questionnaire.actions import drafts, publishing
from questionnaire.changes.edits import Use
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Flag, Question
from questionnaire.editor import access
from questionnaire.editor.request import EditorRequest
from questionnaire.models import Document, Version

UNFROZEN = frozenset({Version.State.DRAFT, Version.State.IN_REVIEW})
"""States in which the rows are what counts; after them the document is."""


@dataclass(frozen=True)
class Link:
    """A place that uses something, with its words and where to change it."""

    words: str
    how: str
    address: str
    is_story: bool = False


def definition_of(version: Version) -> Definition:
    """What this version says, whatever its state."""
    if version.state not in UNFROZEN:
        try:
            return publishing.definition_of(version.pk)
        except Document.DoesNotExist:  # a draft that was given up was never frozen
            pass
    return drafts.definition_of_draft(version)


def problems_of(version: Version, definition: Definition, *, today: date) -> tuple[Problem, ...]:
    """What stands in the way of publishing; nothing for a version that is already frozen."""
    if version.state in UNFROZEN:
        return publishing.problems(version, today=today, definition=definition)
    return ()


def can_edit(request: EditorRequest, version: Version) -> bool:
    """Whether this person may change this version: a draft, by an editor."""
    return version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT)


def question_or_404(definition: Definition, link_id: str) -> Question:
    if link_id not in definition.questions:
        raise Http404
    return definition.questions[link_id]


def flag_or_404(definition: Definition, code: str) -> Flag:
    if code not in definition.flags_by_code:
        raise Http404
    return definition.flags_by_code[code]


def links(version: Version, definition: Definition, uses: Iterable[Use]) -> list[Link]:
    """Each use with its plain name and its page in the editor."""
    return [
        Link(_words(definition, use), use.how, address(version, use.kind, use.id), use.kind == "vignette")
        for use in uses
    ]


def apart(problems: Iterable[Problem]) -> tuple[list[Problem], frozenset[str]]:
    """What is in the way, and the stories that fail, each once: a changed question can make all of them fail."""
    blocking = [problem for problem in problems if problem.blocks]
    failing = frozenset(problem.where for problem in blocking if problem.code == "vignette-fails")
    return [problem for problem in blocking if problem.code != "vignette-fails"], failing


@dataclass(frozen=True)
class Located:
    """A problem with the name of the part it is about, and the page where it can be put right."""

    problem: Problem
    words: str
    address: str
    unclarified: str = ""
    """The question whose "not sure" no flag asks about: the page offers to add one."""


def located(version: Version, definition: Definition, problems: Iterable[Problem]) -> list[Located]:
    """Each problem with its place: a part of the version where there is one, else the words of the problem alone."""
    names = {
        "question": {link_id: str(q.short) for link_id, q in definition.questions.items()},
        "flag": {flag.code: flag.title for flag in definition.flags},
        "section": {section.id: str(section.title) for section in definition.sections},
        "topic": {topic.id: str(topic.label) for topic in definition.topics},
        "score": {score.name: score.title for score in definition.scores},
        "vignette": {vignette.name: vignette.story for vignette in definition.vignettes},
    }
    return [_located(version, names, problem) for problem in problems]


def _located(version: Version, names: dict[str, dict[str, str]], problem: Problem) -> Located:
    kind, _space, rest = problem.where.partition(" ")
    id, _space, detail = rest.partition(" ")
    if problem.code in {"reason", "no-reason"}:
        return Located(problem, _("What changes, and why"), "#reason")
    if id not in names.get(kind, {}):
        return Located(problem, problem.where, "")
    words = f"{_KINDS.get(kind, kind)} “{names[kind][id]}”" + (f", {detail.replace('_', ' ')}" if detail else "")
    unclarified = id if problem.code == "unclarified" else ""
    return Located(problem, words, address(version, kind, id), unclarified)


_KINDS = {"score": "total", "vignette": "story"}


def address(version: Version, kind: str, id: str) -> str:
    """The editor's page of one part of a version; its place in the outline for a part without a page."""
    place = [version.questionnaire.slug, version.number]
    try:
        return reverse(f"editor:{kind}", args=[*place, id])
    except NoReverseMatch:
        return f"{reverse('editor:outline', args=place)}#{kind}-{id}"


def _words(definition: Definition, use: Use) -> str:
    if use.kind == "question":
        return str(definition.questions[use.id].short)
    if use.kind == "flag":
        return definition.flags_by_code[use.id].title
    return use.id
