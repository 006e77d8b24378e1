"""What a version says now: a draft's rows, or a frozen document; and what of it can be changed."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from questionnaire.actions import drafts, publishing
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Flag, Question
from questionnaire.editor import access
from questionnaire.http import StaffRequest
from questionnaire.models import Document, Version

UNFROZEN = frozenset({Version.State.DRAFT, Version.State.IN_REVIEW})
"""States in which the rows are what counts; after them the document is."""


def read_definition(version: Version) -> Definition:
    """What this version says, whatever its state."""
    if version.state not in UNFROZEN:
        try:
            return publishing.load_definition(version.pk)
        except Document.DoesNotExist:  # a draft that was given up was never frozen
            pass
    return drafts.read_draft(version)


def find_problems(version: Version, definition: Definition, *, today: date) -> tuple[Problem, ...]:
    """What stands in the way of publishing; nothing for a version that is already frozen."""
    if version.state in UNFROZEN:
        return publishing.find_draft_problems(version, today=today, definition=definition)
    return ()


def can_edit(request: StaffRequest, version: Version) -> bool:
    """Whether this person may change this version: a draft, by an editor."""
    return version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT)


def get_question_or_404(definition: Definition, link_id: str) -> Question:
    """The question with this link id. Raises Http404 where there is none."""
    if link_id not in definition.questions:
        raise Http404
    return definition.questions[link_id]


def get_flag_or_404(definition: Definition, code: str) -> Flag:
    """The flag with this code. Raises Http404 where there is none."""
    if code not in definition.flags_by_code:
        raise Http404
    return definition.flags_by_code[code]
