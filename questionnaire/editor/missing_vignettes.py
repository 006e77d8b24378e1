"""Stories that are missing, made in one step of the people the proofs found: one of them, or all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import history, proof_runs, publishing
from questionnaire.definition import Definition
from questionnaire.editor import access, current_text
from questionnaire.editor.draft_saving import refuse_if_frozen, save_or_refuse
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version
from questionnaire.rules.parsing import ConditionError
from questionnaire.vignettes import coverage
from questionnaire.vignettes.coverage import MissingVignette


@dataclass(frozen=True)
class MissingRow:
    """One missing story: its flag, who is wanted, and the name it is asked for by."""

    title: str
    wanted: str
    key: str


def describe_missing(
    version: Version, definition: Definition, evidence: proof_runs.Evidence | None
) -> dict[str, Any]:
    """What a page says of missing stories: which, whether they hold the draft back, and which cannot be."""
    gate = evidence.gate if evidence else None
    problems = publishing.find_missing_vignette_problems(version, definition, gate) if gate else ()
    return {
        "missing": [_describe_row(missing) for missing in coverage.find_missing_vignettes(definition, gate)],
        "missing_blocks": any(problem.blocks for problem in problems),
        "nobody": [_describe_row(missing) for missing in coverage.find_impossible_vignettes(definition, gate)]
        if gate
        else [],
        "unread": coverage.find_unread_vignettes(definition),
    }


def _describe_row(missing: MissingVignette) -> MissingRow:
    return MissingRow(missing.flag.title, missing.words, missing.key)


@access.require_editor("POST", may=access.EDIT)
def add_missing_vignettes(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Add the missing story that was asked for, or all: each says what the draft says to its person now."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("patient stories")):
        return refusal
    definition, previous = current_text.read_definition(version), publishing.find_published_definition(slug)
    evidence = proof_runs.find_evidence(definition, previous, successors=version.successors)
    page, place = ("publish", "stories") if "walk" in request.POST else ("stories", "unread")
    back = SeeOther(f"{reverse(f'editor:{page}', args=[slug, number])}#{place}")
    if evidence is None:  # it changed since; the page says that the proofs have to be run
        return back
    gate, taken = evidence.gate, history.find_used_ids(version.questionnaire)
    wanted = {key for key in request.POST.getlist("story") if key}
    try:
        trouble = save_or_refuse(
            request,
            version,
            subject=history.WHOLE,
            action="missing stories told from the proofs",
            edit=lambda now: coverage.add_missing_vignettes(now, gate, wanted, taken),
        )
    except (ConditionError, KeyError):  # nobody can be judged now; the page says so
        return back
    return trouble or back
