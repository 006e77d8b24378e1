"""Patient stories: what each expects and what the draft says; which are missing; a new one from a made-up person.

Where a change of the draft asks everybody one question more, or one less, the stories follow in one step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.actions import history, proof_runs, publishing
from questionnaire.changes import edits
from questionnaire.definition import Definition, Vignette
from questionnaire.editor import access, answer_fields, current_text, missing_vignettes
from questionnaire.editor.draft_saving import change_draft, refuse_if_frozen
from questionnaire.editor.made_up_person import DescribedPerson, describe_person, read_signed_person, sign_person
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.vignette_page import StoryForm
from questionnaire.http import SeeOther
from questionnaire.models import Version
from questionnaire.proofs.results import Witness
from questionnaire.rules import assess
from questionnaire.rules.conditions import ConditionError
from questionnaire.vignettes import maintenance, mutation_score, run
from questionnaire.vignettes.run import Fault

FOLLOWED = {Fault.NOW_ASKED, Fault.NO_LONGER_ASKED}


@dataclass(frozen=True)
class Told:
    """One story with what came of it."""

    vignette: Vignette
    faults: tuple[str, ...]
    """In words; but for what all stories can follow in one step."""
    passed: bool


@dataclass(frozen=True)
class Follows:
    """A question whose answer is missing in some stories, or left over in them."""

    field: answer_fields.Field
    number: int
    fault: str = ""


@access.require_editor("GET")
def stories(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    return _show(request, access.load_version(slug, number))


def _show(request: EditorRequest, version: Version, faults: answer_fields.Faults = ()) -> HttpResponse:
    definition = current_text.definition_of(version)
    try:
        results = run.run(definition)
    except (ConditionError, KeyError):
        results = ()
    names = run.names(definition)
    told = [Told(r.vignette, _faults(r, names), r.passed) for r in results]
    given = dict(request.POST.lists())
    previous = publishing.published_definition(version.questionnaire.slug)
    proved = proof_runs.found(definition, previous, successors=version.successors)
    context = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "told": sorted(told, key=lambda t: (not t.faults, t.passed)),
        "failing": sum(not t.passed for t in told),
        "unanswered": _follows(definition, maintenance.unanswered(results), given, dict(faults)),
        "unasked": _follows(definition, maintenance.unasked(results), given, {}),
        "faults": faults,
        **(missing_vignettes.shown(version, definition, proved) if results or not definition.vignettes else {}),
        "proved": proved,
        "survivors": _survivors(proved),
        "unreadable": not results and bool(definition.vignettes),
        "saved": "saved" in request.GET,
        "can_edit": current_text.can_edit(request, version),
    }
    return render(request, "editor/pages/vignettes.html", context, status=422 if faults else 200)


def _faults(result: run.Result, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(run.sentence(d, names) for d in result.differences if d.fault not in FOLLOWED)


def _follows(
    definition: Definition, found: Mapping[str, tuple[str, ...]], given: Mapping[str, list[str]], faults: dict[str, str]
) -> list[Follows]:
    asked = [question for link_id, question in definition.questions.items() if link_id in found]
    return [Follows(answer_fields.field(q, given), len(found[q.link_id]), faults.get(q.link_id, "")) for q in asked]


@access.require_editor("POST", may=access.EDIT)
def answer(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    """Everybody in the stories who is now asked this question gives this answer; no answer: they leave it blank."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, f"question {id}"):
        return refusal
    question = current_text.question_or_404(current_text.definition_of(version), id)
    said, faults = answer_fields.typed([question], request.POST)
    if faults:
        return _show(request, version, faults)
    value = said.get(id)
    return _followed(request, version, id, lambda now: maintenance.all_say(now, id, value))


@access.require_editor("POST", may=access.EDIT)
def silence(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    """Nobody in the stories who is no longer asked this question answers it."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, f"question {id}"):
        return refusal
    current_text.question_or_404(current_text.definition_of(version), id)
    return _followed(request, version, id, lambda now: maintenance.all_silent(now, id))


def _followed(
    request: EditorRequest, version: Version, link_id: str, edit: Callable[[Definition], Definition]
) -> HttpResponse:
    back = reverse("editor:stories", args=[version.questionnaire.slug, version.number])
    try:
        trouble = change_draft(
            request, version, subject=f"question {link_id}", action="followed by the stories", edit=edit
        )
    except (ConditionError, KeyError):  # nobody can be judged now; the page says so
        return SeeOther(back)
    return trouble or SeeOther(f"{back}?saved=1")


def _survivors(proved: proof_runs.Evidence | None) -> list[tuple[str, mutation_score.Missing]]:
    """People who are missing among the stories, each signed for the form that tells their story."""
    people = proved.guard.missing if proved and proved.guard else ()
    return [(sign_person(someone.answers), someone) for someone in people]


@access.require_editor("POST", may=access.EDIT)
def tell(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A new story of a made-up person: first shown with its words to write, then kept as the draft judges them now."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    try:
        answers = read_signed_person(request.POST.get("person", ""))
    except signing.BadSignature:
        raise Http404 from None
    form = StoryForm(data=request.POST if "story" in request.POST else None)
    misses = request.POST.getlist("misses")
    if form.is_valid():
        story = form.cleaned_data["story"]
        name = edits.new_id(story[:40], history.ids_ever_used(version.questionnaire))
        vignette = run.told_of(definition, answers, name=name, story=story, just_misses=misses)
        trouble = change_draft(
            request,
            version,
            subject=f"vignette {name}",
            action="added",
            edit=lambda now: edits.put_vignette(now, vignette),
        )
        return trouble or SeeOther(reverse("editor:stories", args=[slug, number]))
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "person": _person(definition, answers),
        "signed": request.POST["person"],
        "misses": misses,
        "form": form,
    }
    return render(request, "editor/pages/new_vignette.html", context, status=422 if form.errors else 200)


def _person(definition: Definition, answers: dict[str, object]) -> DescribedPerson:
    found = assess(definition, answers)
    raised = tuple(flag.code for flag in found.flags)
    return describe_person(definition, Witness(json.loads(json.dumps(answers)), raised, found.cannot_tell))
