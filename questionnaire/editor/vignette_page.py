"""One patient story: the whole person in words, what they answer, and what every flag must say to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from questionnaire.definition import Definition, Flag, Vignette
from questionnaire.editor import access, answer_fields, current_text, part_links
from questionnaire.editor.draft_saving import mark_of, refuse_if_frozen, refuse_missing_part, save_or_refuse
from questionnaire.editor.vignette_form import VignetteForm
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version
from questionnaire.rules import Assessment, assess
from questionnaire.rules.parsing import ConditionError
from questionnaire.rules.states import Verdict
from questionnaire.vignettes import maintenance, run
from questionnaire.vignettes.run import describe_answer


@dataclass(frozen=True)
class ExpectedVerdict:
    """One flag, what it says to this person now, and what the story expects; None for nothing."""

    flag: Flag
    says: Verdict
    expected: Verdict | None

    @property
    def fails(self) -> bool:
        return self.expected is not None and self.says is not self.expected

    @property
    def is_quiet(self) -> bool:
        """Whether it says nothing to this person, and nothing is expected of it."""
        return self.says is Verdict.CLEAR and self.expected is None


@access.require_editor("GET")
def show_vignette(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """One story as it stands. Raises Http404 where there is none of this name."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    vignette = _find_vignette(definition, id)
    if vignette is None:
        raise Http404
    answers = run.build_people(definition)[id]
    assessment = _assess_if_valid(definition, answers)
    verdicts = _compare_verdicts(definition, vignette, assessment) if assessment else []
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "vignette": vignette,
        "like": next((v.story for v in definition.vignettes if v.name == vignette.like), vignette.like),
        "faults": _describe_faults(definition, id) if assessment else [],
        "answers": _describe_answers(definition, answers),
        "flags": [verdict for verdict in verdicts if not verdict.is_quiet],
        "clear": [verdict for verdict in verdicts if verdict.is_quiet],
        "unreadable": assessment is None,
        "seen": mark_of(vignette),
        "saved": "saved" in request.GET,
        "can_edit": current_text.can_edit(request, version),
    }
    return render(request, "editor/pages/vignette.html", context)


@access.require_editor("GET", "POST", may=access.EDIT)
def change_vignette(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """The sentence, and what this person answers. What they are asked follows from that."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    vignette = _find_vignette(definition, id)
    if vignette is None:
        return refuse_missing_part(request, version, f"vignette {id}")
    if refusal := refuse_if_frozen(request, version, f"vignette {id}"):
        return refusal
    if request.method == "GET":
        answers = answer_fields.to_posted(run.build_people(definition)[id])
        return _show_form(request, version, definition, vignette, VignetteForm(vignette.story), answers)
    form = VignetteForm(data=request.POST)
    values, faults = answer_fields.read_typed_answers(definition.questions.values(), request.POST)
    assessment = _assess_if_valid(definition, values)
    if not form.is_valid() or faults or assessment is None:
        typed = dict(request.POST.lists())
        return _show_form(request, version, definition, vignette, form, typed, faults)
    asked = {link_id: values.get(link_id) for link_id in assessment.open}
    trouble = save_or_refuse(
        request,
        version,
        subject=f"vignette {id}",
        action="changed",
        edit=lambda now: maintenance.rewrite_vignette(now, id, asked, form.cleaned_data["story"]),
        part=lambda now: _find_vignette(now, id),
    )
    return trouble or SeeOther(f"{part_links.part_address(version, 'vignette', id)}?saved=1")


@access.require_editor("POST", may=access.EDIT)
def expect_flags(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """From now on the ticked flags must say to this person what they say now."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    if _find_vignette(definition, id) is None:
        return refuse_missing_part(request, version, f"vignette {id}")
    if refusal := refuse_if_frozen(request, version, f"vignette {id}"):
        return refusal
    if _assess_if_valid(definition, run.build_people(definition)[id]) is None:
        return SeeOther(part_links.part_address(version, "vignette", id))
    codes = frozenset(request.POST.getlist("flag"))
    trouble = save_or_refuse(
        request,
        version,
        subject=f"vignette {id}",
        action="changed",
        edit=lambda now: maintenance.set_expectations(now, id, codes),
        part=lambda now: _find_vignette(now, id),
    )
    return trouble or SeeOther(f"{part_links.part_address(version, 'vignette', id)}?saved=1")


def _show_form(
    request: StaffRequest,
    version: Version,
    definition: Definition,
    vignette: Vignette,
    form: VignetteForm,
    typed: Mapping[str, list[str]],
    faults: answer_fields.AnswerFaults = (),
) -> HttpResponse:
    assessment = _assess_if_valid(definition, run.build_people(definition)[vignette.name])
    context = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "vignette": vignette,
        "form": form,
        "faults": faults,
        "sections": answer_fields.group_fields(definition, typed, assessment.open if assessment else None),
        "unreadable": assessment is None,
        "seen": request.POST.get("seen") or mark_of(vignette),
        "back": part_links.part_address(version, "vignette", vignette.name),
    }
    return render(
        request, "editor/pages/vignette_change.html", context, status=422 if form.errors or faults else 200
    )


def _find_vignette(definition: Definition, name: str) -> Vignette | None:
    return next((vignette for vignette in definition.vignettes if vignette.name == name), None)


def _assess_if_valid(definition: Definition, answers: Mapping[str, Any]) -> Assessment | None:
    """What the flags say to this person; None while a condition cannot be read."""
    try:
        return assess(definition, answers)
    except (ConditionError, KeyError):
        return None


def _describe_faults(definition: Definition, name: str) -> list[str]:
    """What this story expects and the draft does not do, in words."""
    names = run.list_staff_names(definition)
    results = (result for result in run.run_vignettes(definition) if result.vignette.name == name)
    return [run.describe_mismatch(mismatch, names) for result in results for mismatch in result.mismatches]


def _describe_answers(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked = ((link_id, question) for link_id, question in definition.questions.items() if link_id in answers)
    return [(str(question.short), describe_answer(question, answers[link_id])) for link_id, question in asked]


def _compare_verdicts(
    definition: Definition, vignette: Vignette, assessment: Assessment
) -> list[ExpectedVerdict]:
    """What every flag says beside what the story expects of it."""
    expected = dict(run.list_expectations(vignette))
    return [
        ExpectedVerdict(flag, assessment.find_verdict(flag.code), expected.get(flag.code))
        for flag in definition.flags
    ]
