"""One version on one page: its questions in order with what uses each, its flags, scores and topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.changes import edits
from questionnaire.changes.uses import find_flag_uses, find_question_uses, find_score_uses, find_topic_uses
from questionnaire.checks.burden import Burden, measure_burden
from questionnaire.definition import Definition, Flag, Question, Severity
from questionnaire.editor import access, current_text, part_links
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.editor.draft_saving import save_or_refuse
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import HistoryEvent, Version
from questionnaire.rules.parsing import ConditionError
from questionnaire.service import service
from questionnaire.vignettes import maintenance

STEPS = {"up": -1, "down": 1}
_KINDS_OF_USE = ("flag", "question", "score", "vignette")


@access.require_editor("GET")
def show_outline(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """All parts of a version in order, and what can be done with it."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    published = publishing.find_published(slug)
    context = {
        "here": "editor",
        "version": version,
        "unpublished": version.state in current_text.UNFROZEN,
        "slug": slug,
        "definition": definition,
        **_list_parts(definition),
        **_count_problems(version, definition),
        "burden": _measure_burden(definition),
        "live": published if published != version else None,
        "done": _find_own_change(request, version),
        "can_edit": current_text.can_edit(request, version),
        "preview": service().preview_address(slug, number),
    }
    return render(request, "editor/pages/outline.html", context)


def _list_parts(definition: Definition) -> dict[str, Any]:
    """The parts as the page shows them; flags by their priority."""
    return {
        "sections": [
            (section, [[_describe_question(definition, q) for q in page.questions] for page in section.pages])
            for section in definition.sections
        ],
        "flags": [
            _describe_flag(definition, f) for s in Severity for f in definition.flags if f.severity is s
        ],
        "scores": [(score, len(find_score_uses(definition, score.name))) for score in definition.scores],
        "topics": [(topic, len(find_topic_uses(definition, topic.id))) for topic in definition.topics],
    }


def _describe_question(definition: Definition, question: Question) -> dict[str, object]:
    kinds = [use.kind for use in find_question_uses(definition, question.link_id)]
    return {
        "question": question,
        "opens": describe_if_valid(definition, question.shown_when or ""),
        "uses": [(kind, kinds.count(kind)) for kind in _KINDS_OF_USE if kind in kinds],
    }


def _describe_flag(definition: Definition, flag: Flag) -> dict[str, object]:
    return {
        "flag": flag,
        "raised_when": describe_if_valid(definition, flag.condition),
        "stories": sum(use.kind == "vignette" for use in find_flag_uses(definition, flag.code)),
    }


def _count_problems(version: Version, definition: Definition) -> dict[str, int]:
    """How many are in the way, all failing stories counted as one; and how many are only worth a note."""
    problems = current_text.find_problems(version, definition, today=timezone.localdate())
    blocking, failing = part_links.split_problems(problems)
    return {
        "blocking": len(blocking) + bool(failing),
        "notes": sum(not problem.blocks for problem in problems),
    }


def _measure_burden(definition: Definition) -> Burden | None:
    """Nothing while a condition cannot be judged: the problems then say so."""
    try:
        return measure_burden(definition)
    except (ConditionError, KeyError):
        return None


def _find_own_change(request: StaffRequest, version: Version) -> HistoryEvent | None:
    """What this editor did last, to be undone at once."""
    if "done" not in request.GET:
        return None
    newest = version.history.select_related("snapshot").order_by("-pk").first()
    return (
        newest
        if newest and newest.actor == access.actor_of(request) and hasattr(newest, "snapshot")
        else None
    )


@access.require_editor("POST", may=access.EDIT)
def move_part(request: StaffRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """One place up or down. The page comes back with the same button under the fingers."""
    version = access.load_version(slug, number)
    direction = request.POST.get("move", "")
    movers: dict[str, Callable[[Definition, str, int], Definition]] = {
        "question": edits.move_question,
        "section": edits.move_section,
        "flag": edits.move_flag,
    }
    trouble = save_or_refuse(
        request,
        version,
        subject=f"{kind} {id}",
        action="moved",
        edit=lambda definition: movers[kind](definition, id, STEPS.get(direction, 0)),
    )
    place = f"{direction}-{kind}-{id}" if direction in STEPS else f"{kind}-{id}"
    return trouble or SeeOther(f"{reverse('editor:outline', args=[slug, number])}#{place}")


@access.require_editor("POST", may=access.EDIT)
def remove_part(request: StaffRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """Take a part out of the draft; refused while others use it.

    A flag that only stories use goes when `stories` is sent too: they then expect nothing of it any more.
    """
    version = access.load_version(slug, number)
    removers: dict[str, Callable[[Definition, str], Definition]] = {
        "question": edits.remove_question,
        "section": edits.remove_section,
        "flag": _remove_from_stories_too if "stories" in request.POST else edits.remove_flag,
        "score": edits.remove_score,
        "topic": edits.remove_topic,
        "vignette": edits.remove_vignette,
    }
    trouble = save_or_refuse(
        request,
        version,
        subject=f"{kind} {id}",
        action="removed",
        edit=lambda definition: removers[kind](definition, id),
    )
    return trouble or SeeOther(f"{reverse('editor:outline', args=[slug, number])}?done=1")


def _remove_from_stories_too(definition: Definition, code: str) -> Definition:
    return edits.remove_flag(maintenance.drop_expectations(definition, code), code)
