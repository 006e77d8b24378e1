"""One version on one page: its questions in order with what uses each, its flags, scores, topics and stories."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.changes import edits
from questionnaire.checks.burden import Burden, measure
from questionnaire.definition import Definition, Flag, Question, Severity
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.draft_saving import change_draft
from questionnaire.editor.request import EditorRequest
from questionnaire.http import SeeOther
from questionnaire.models import HistoryEvent, Version
from questionnaire.rules.conditions import ConditionError
from questionnaire.service import service
from questionnaire.vignettes import maintenance

STEPS = {"up": -1, "down": 1}


@access.require_editor("GET")
def outline(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    problems = current_text.problems_of(version, definition, today=timezone.localdate())
    live = publishing.published(slug)
    blocking, failing = current_text.apart(problems)
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "definition": definition,
        "sections": [
            (section, [[_question(definition, q) for q in page.questions] for page in section.pages])
            for section in definition.sections
        ],
        "flags": [_flag(definition, f) for s in Severity for f in definition.flags if f.severity is s],
        "scores": [(score, len(edits.uses_of_score(definition, score.name))) for score in definition.scores],
        "topics": [(topic, len(edits.uses_of_topic(definition, topic.id))) for topic in definition.topics],
        "preview": service().preview_address(slug, number),
        "burden": _burden(definition),
        "blocking": len(blocking) + bool(failing),
        "notes": sum(not problem.blocks for problem in problems),
        "live": live if live != version else None,
        "done": _just_done(request, version),
        "can_edit": current_text.can_edit(request, version),
    }
    return render(request, "editor/pages/outline.html", context)


def _question(definition: Definition, question: Question) -> dict[str, object]:
    uses = edits.uses_of_question(definition, question.link_id)
    kinds = ("flag", "question", "score", "vignette")
    return {
        "question": question,
        "opens": read_back(definition, question.shown_when or ""),
        "uses": [(kind, sum(use.kind == kind for use in uses)) for kind in kinds if any(u.kind == kind for u in uses)],
    }


def _flag(definition: Definition, flag: Flag) -> dict[str, object]:
    return {
        "flag": flag,
        "aloud": read_back(definition, flag.condition),
        "stories": len(edits.uses_of_flag(definition, flag.code)),
    }


def _burden(definition: Definition) -> Burden | None:
    """Nothing while a condition cannot be judged: the problems then say so."""
    try:
        return measure(definition)
    except (ConditionError, KeyError):
        return None


def _just_done(request: EditorRequest, version: Version) -> HistoryEvent | None:
    """What this editor did last, to be undone at once."""
    if "done" not in request.GET:
        return None
    newest = version.history.select_related("snapshot").order_by("-pk").first()
    return newest if newest and newest.actor == access.actor_of(request) and hasattr(newest, "snapshot") else None


@access.require_editor("POST", may=access.EDIT)
def move(request: EditorRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """One place up or down. The page comes back with the same button under the fingers."""
    version = access.load_version(slug, number)
    way = request.POST.get("move", "")
    movers: dict[str, Callable[[Definition, str, int], Definition]] = {
        "question": edits.move_question,
        "section": edits.move_section,
        "flag": edits.move_flag,
    }
    trouble = change_draft(
        request,
        version,
        subject=f"{kind} {id}",
        action="moved",
        edit=lambda definition: movers[kind](definition, id, STEPS.get(way, 0)),
    )
    place = f"{way}-{kind}-{id}" if way in STEPS else f"{kind}-{id}"
    return trouble or SeeOther(f"{reverse('editor:outline', args=[slug, number])}#{place}")


@access.require_editor("POST", may=access.EDIT)
def remove(request: EditorRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
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
    trouble = change_draft(
        request,
        version,
        subject=f"{kind} {id}",
        action="removed",
        edit=lambda definition: removers[kind](definition, id),
    )
    return trouble or SeeOther(f"{reverse('editor:outline', args=[slug, number])}?done=1")


def _remove_from_stories_too(definition: Definition, code: str) -> Definition:
    return edits.remove_flag(maintenance.expects_nothing_of(definition, code), code)
