"""What a version says now: a draft's rows, or a frozen document; with its problems and who uses what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import reverse

from questionnaire import drafting, publishing
from questionnaire.definition import Definition, Flag, Question
from questionnaire.editing import Use
from questionnaire.models import Version
from questionnaire.problem import Problem


@dataclass(frozen=True)
class Link:
    """A place that uses something, with its words and where to change it."""

    words: str
    how: str
    address: str


def definition_of(version: Version) -> Definition:
    """What this version says, whatever its state."""
    if version.state in {Version.State.DRAFT, Version.State.IN_REVIEW}:
        return drafting.definition_of_draft(version)
    return publishing.definition_of(version.pk)


def problems_of(version: Version, *, today: date) -> tuple[Problem, ...]:
    """What stands in the way of publishing; nothing for a version that is already frozen."""
    if version.state in {Version.State.DRAFT, Version.State.IN_REVIEW}:
        return publishing.problems(version, today=today)
    return ()


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
    return [Link(_words(definition, use), use.how, address(version, use.kind, use.id)) for use in uses]


def address(version: Version, kind: str, id: str) -> str:
    """The editor's page of one part of a version."""
    return reverse(f"editor:{kind}", args=[version.questionnaire.slug, version.number, id])


def _words(definition: Definition, use: Use) -> str:
    if use.kind == "question":
        return str(definition.questions[use.id].short)
    if use.kind == "flag":
        return definition.flags_by_code[use.id].title
    return use.id
