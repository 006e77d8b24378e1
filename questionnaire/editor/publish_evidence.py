"""What the walk to publishing shows: the evidence for one draft, and what this person may do with it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from questionnaire import translations
from questionnaire.actions import proof_runs, publishing
from questionnaire.actions.proof_runs import Evidence
from questionnaire.changes.comparison import compare_definitions, compare_vignettes
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.editor import (
    access,
    account_names,
    current_text,
    missing_vignettes,
    part_links,
    weakened_flags,
)
from questionnaire.editor.text_fields import LANGUAGES
from questionnaire.http import StaffRequest
from questionnaire.models import Version
from questionnaire.proofs import report
from questionnaire.service import service


def gather_page(request: StaffRequest, version: Version, refusals: tuple[Problem, ...]) -> dict[str, Any]:
    """Everything the page shows. `refusals`: why what was just asked for was not done."""
    slug = version.questionnaire.slug
    definition, current = current_text.read_definition(version), publishing.find_published(slug)
    previous = publishing.load_definition(current.pk) if current else None
    evidence = proof_runs.find_evidence(definition, previous, successors=version.successors)
    return {
        "here": "editor",
        "version": version,
        "slug": slug,
        "current": current,
        "refusals": part_links.locate_problems(version, definition, refusals),
        "reason": request.POST.get("reason", ""),
        "reason_fault": next((p.message for p in refusals if p.code in {"reason", "no-reason"}), ""),
        "impact": service().impact_address(slug, version.number),
        **_show_problems(version, definition),
        **_show_changes(definition, previous),
        **_show_proofs(request, version, definition, previous, evidence),
        **_show_people(request, version, definition, previous, evidence),
    }


def _show_problems(version: Version, definition: Definition) -> dict[str, Any]:
    problems = publishing.find_draft_problems(version, today=timezone.localdate(), definition=definition)
    blocking, failing = part_links.split_problems(problems)
    notes = [problem for problem in problems if not problem.blocks]
    return {
        "blocking": part_links.locate_problems(version, definition, blocking),
        "failing": len(failing),
        "in_the_way": len(blocking) + bool(failing),
        "notes": part_links.locate_problems(version, definition, notes),
    }


def _show_changes(definition: Definition, previous: Definition | None) -> dict[str, Any]:
    return {
        "translations": [
            (LANGUAGES.get(language, language), translations.find_translation_state(definition, language))
            for language in definition.languages[1:]
        ],
        "stories": len(definition.vignettes),
        "differences": compare_definitions(previous, definition) if previous else (),
        "story_differences": compare_vignettes(previous, definition) if previous else (),
    }


def _show_proofs(
    request: StaffRequest,
    version: Version,
    definition: Definition,
    previous: Definition | None,
    evidence: Evidence | None,
) -> dict[str, Any]:
    if evidence is None:
        return {"proved": None}
    seen = request.POST.getlist("seen")
    return {
        "proved": evidence,
        **missing_vignettes.describe_missing(version, definition, evidence),
        "proof_problems": part_links.locate_problems(
            version, definition, report.describe_gate(evidence.gate)
        ),
        "weakenings": weakened_flags.describe_weakenings(version, definition, previous, evidence, seen),
        "taken_over": weakened_flags.list_successors(version, definition, previous),
    }


def _show_people(
    request: StaffRequest,
    version: Version,
    definition: Definition,
    previous: Definition | None,
    evidence: Evidence | None,
) -> dict[str, Any]:
    """Whether a second person is needed, who sent it, and what this person may do."""
    alone = works_alone()
    touches_flags = previous is not None and proof_runs.touches_flags(previous, definition)
    needs_second = (touches_flags or bool(evidence and evidence.weakenings)) and not alone
    sent, me = publishing.find_review_request(version), access.actor_of(request)
    sender = sent.actor if sent else ""
    in_review = version.state == Version.State.IN_REVIEW
    may_publish = access.has_one_of(request, (access.PUBLISH, access.APPROVE))
    return {
        "needs_second": needs_second,
        "alone": alone,
        "in_review": in_review,
        "sent": sent,
        "sent_by": account_names.find_names([sender]).get(sender, "") if in_review else "",
        "mine": in_review and sender == me,
        "can_edit": request.user.has_perm(access.EDIT),
        "can_publish": may_publish and (not needs_second or (in_review and sender != me)),
    }


def works_alone() -> bool:
    """Whether the clinic has switched the second person off."""
    return not service().second_person_needed()
