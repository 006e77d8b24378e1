"""Patient stories: what each expects, and what the draft says to it; and a new one of a made-up person.

Where a change of the draft asks everybody one question more, or one less, the stories follow in one step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.actions import history, proof_runs, publishing
from questionnaire.changes import edits
from questionnaire.definition import Definition, Vignette
from questionnaire.editor import access, answer_fields, current_text, missing_vignettes
from questionnaire.editor.draft_saving import refuse_if_frozen, save_or_refuse
from questionnaire.editor.made_up_person import (
    DescribedPerson,
    describe_person,
    read_signed_person,
    sign_person,
)
from questionnaire.editor.vignette_form import VignetteForm
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.identifiers import make_id
from questionnaire.models import Version
from questionnaire.proof_results import Witness
from questionnaire.rules import assess
from questionnaire.rules.parsing import ConditionError
from questionnaire.vignettes import maintenance, mutation_score, run
from questionnaire.vignettes.run import MismatchKind

LONGEST_NAME = 40
"""Characters of the sentence that become the name of a story."""
_FOLLOWED = {MismatchKind.NOW_ASKED, MismatchKind.NO_LONGER_ASKED}
"""What all stories can follow in one step."""


@dataclass(frozen=True)
class JudgedVignette:
    """One story with what came of it."""

    vignette: Vignette
    faults: tuple[str, ...]
    """In words; but for what all stories can follow in one step."""
    passed: bool


@dataclass(frozen=True)
class QuestionToFollow:
    """A question whose answer is missing in some stories, or left over in them."""

    field: answer_fields.AnswerField
    number: int
    """How many stories."""
    fault: str = ""


@access.require_editor("GET")
def list_vignettes(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """All stories of a version, those that fail first."""
    return _show(request, access.load_version(slug, number))


def _show(request: StaffRequest, version: Version, faults: answer_fields.AnswerFaults = ()) -> HttpResponse:
    definition, slug = current_text.read_definition(version), version.questionnaire.slug
    results = _run_if_valid(definition)
    previous = publishing.find_published_definition(slug)
    evidence = proof_runs.find_evidence(definition, previous, successors=version.successors)
    is_judged = bool(results) or not definition.vignettes
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        **_describe_results(definition, results),
        **_describe_questions_to_follow(definition, results, dict(request.POST.lists()), dict(faults)),
        "faults": faults,
        **(missing_vignettes.describe_missing(version, definition, evidence) if is_judged else {}),
        "proved": evidence,
        "survivors": _list_survivors(evidence),
        "unreadable": not is_judged,
        "saved": "saved" in request.GET,
        "can_edit": current_text.can_edit(request, version),
    }
    return render(request, "editor/pages/vignettes.html", context, status=422 if faults else 200)


def _run_if_valid(definition: Definition) -> tuple[run.VignetteResult, ...]:
    """What came of every story; nothing while a condition cannot be read."""
    try:
        return run.run_vignettes(definition)
    except (ConditionError, KeyError):
        return ()


def _describe_results(definition: Definition, results: tuple[run.VignetteResult, ...]) -> dict[str, Any]:
    names = run.list_staff_names(definition)
    judged = [JudgedVignette(r.vignette, _describe_faults(r, names), r.passed) for r in results]
    return {
        "judged": sorted(judged, key=lambda one: (not one.faults, one.passed)),
        "failing": sum(not one.passed for one in judged),
    }


def _describe_faults(result: run.VignetteResult, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        run.describe_mismatch(mismatch, names)
        for mismatch in result.mismatches
        if mismatch.kind not in _FOLLOWED
    )


def _describe_questions_to_follow(
    definition: Definition,
    results: tuple[run.VignetteResult, ...],
    typed: Mapping[str, list[str]],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    unanswered, unasked = maintenance.find_unanswered(results), maintenance.find_no_longer_asked(results)
    return {
        "unanswered": _list_questions_to_follow(definition, unanswered, typed, faults),
        "unasked": _list_questions_to_follow(definition, unasked, typed, {}),
    }


def _list_questions_to_follow(
    definition: Definition,
    stories: Mapping[str, tuple[str, ...]],
    typed: Mapping[str, list[str]],
    faults: Mapping[str, str],
) -> list[QuestionToFollow]:
    """`stories`: names of the stories, by the link id of the question."""
    return [
        QuestionToFollow(
            answer_fields.make_field(question, typed), len(stories[link_id]), faults.get(link_id, "")
        )
        for link_id, question in definition.questions.items()
        if link_id in stories
    ]


def _list_survivors(evidence: proof_runs.Evidence | None) -> list[tuple[str, mutation_score.MissingPerson]]:
    """People who are missing among the stories, each signed for the form that tells their story."""
    people = evidence.guard.missing if evidence and evidence.guard else ()
    return [(sign_person(person.answers), person) for person in people]


# Following a change of the draft ----------------------------------------------------------------------------


@access.require_editor("POST", may=access.EDIT)
def answer_for_all(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """Everybody in the stories who is now asked this question gives this answer, or leaves it blank."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, f"question {id}"):
        return refusal
    question = current_text.get_question_or_404(current_text.read_definition(version), id)
    values, faults = answer_fields.read_typed_answers([question], request.POST)
    if faults:
        return _show(request, version, faults)
    return _follow(request, version, id, lambda now: maintenance.answer_for_everyone(now, id, values.get(id)))


@access.require_editor("POST", may=access.EDIT)
def drop_answers_of_all(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """Nobody in the stories who is no longer asked this question answers it."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, f"question {id}"):
        return refusal
    current_text.get_question_or_404(current_text.read_definition(version), id)
    return _follow(request, version, id, lambda now: maintenance.drop_unasked_answers(now, id))


def _follow(
    request: StaffRequest, version: Version, link_id: str, edit: Callable[[Definition], Definition]
) -> HttpResponse:
    back = reverse("editor:stories", args=[version.questionnaire.slug, version.number])
    subject, action = f"question {link_id}", "followed by the stories"
    try:
        trouble = save_or_refuse(request, version, subject=subject, action=action, edit=edit)
    except (ConditionError, KeyError):  # nobody can be judged now; the page says so
        return SeeOther(back)
    return trouble or SeeOther(f"{back}?saved=1")


# A new story ------------------------------------------------------------------------------------------------


@access.require_editor("POST", may=access.EDIT)
def add_vignette(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A new story of a made-up person: first its sentence is asked for, then it is kept as it is judged now.

    Raises Http404 for a person that no page of ours sent.
    """
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    try:
        answers = read_signed_person(request.POST.get("person", ""))
    except signing.BadSignature:
        raise Http404 from None
    form = VignetteForm(data=request.POST if "story" in request.POST else None)
    misses = request.POST.getlist("misses")
    if form.is_valid():
        return _save_new(request, version, definition, answers, form.cleaned_data["story"], misses)
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "person": _describe_answers(definition, answers),
        "signed": request.POST["person"],
        "misses": misses,
        "form": form,
    }
    return render(request, "editor/pages/new_vignette.html", context, status=422 if form.errors else 200)


def _save_new(
    request: StaffRequest,
    version: Version,
    definition: Definition,
    answers: dict[str, Any],
    story: str,
    misses: list[str],
) -> HttpResponse:
    name = make_id(story[:LONGEST_NAME], history.find_used_ids(version.questionnaire))
    vignette = run.make_vignette(definition, answers, name=name, story=story, just_misses=misses)
    trouble = save_or_refuse(
        request,
        version,
        subject=f"vignette {name}",
        action="added",
        edit=lambda now: edits.put_vignette(now, vignette),
    )
    return trouble or SeeOther(reverse("editor:stories", args=[version.questionnaire.slug, version.number]))


def _describe_answers(definition: Definition, answers: dict[str, Any]) -> DescribedPerson:
    assessment = assess(definition, answers)
    raised = tuple(flag.code for flag in assessment.flags)
    plain = json.loads(json.dumps(answers))
    return describe_person(definition, Witness(plain, raised, assessment.cannot_tell))
