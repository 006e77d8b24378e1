"""One version on one page: its questions in order with what uses each, its flags, scores, topics and stories."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire import editing
from questionnaire.definition import Definition, Question
from questionnaire.editor import access, reading
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.saving import SeeOther, save
from questionnaire.models import Version

STEPS = {"up": -1, "down": 1}


@access.editor("GET")
def outline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    problems = reading.problems_of(version, today=timezone.localdate())
    context = {
        "version": version,
        "slug": slug,
        "definition": definition,
        "sections": [
            (section, [[_row(definition, q) for q in page.questions] for page in section.pages])
            for section in definition.sections
        ],
        "blocking": sum(problem.blocks for problem in problems),
        "notes": sum(not problem.blocks for problem in problems),
        "can_edit": version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT),
    }
    return render(request, "editor/outline.html", context)


def _row(definition: Definition, question: Question) -> dict[str, object]:
    uses = editing.uses_of_question(definition, question.link_id)
    kinds = ("flag", "question", "score", "vignette")
    return {
        "question": question,
        "opens": read_back(definition, question.shown_when or ""),
        "uses": [(kind, sum(use.kind == kind for use in uses)) for kind in kinds if any(u.kind == kind for u in uses)],
    }


@access.editor("POST", may=access.EDIT)
def move(request: HttpRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """One place up or down."""
    version = access.load(slug, number)
    step = STEPS.get(request.POST.get("move", ""), 0)
    movers = {"question": editing.move_question, "section": editing.move_section, "flag": editing.move_flag}
    trouble = save(
        request,
        version,
        subject=f"{kind} {id}",
        action="moved",
        edit=lambda definition: movers[kind](definition, id, step),
    )
    return trouble or SeeOther(f"{reverse('editor:outline', args=[slug, number])}#{kind}-{id}")


@access.editor("POST", may=access.EDIT)
def remove(request: HttpRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """Take a part out of the draft; refused while others use it."""
    version = access.load(slug, number)
    removers = {
        "question": editing.remove_question,
        "flag": editing.remove_flag,
        "score": editing.remove_score,
        "topic": editing.remove_topic,
        "vignette": editing.remove_vignette,
    }
    trouble = save(
        request,
        version,
        subject=f"{kind} {id}",
        action="removed",
        edit=lambda definition: removers[kind](definition, id),
    )
    return trouble or SeeOther(reverse("editor:outline", args=[slug, number]))
