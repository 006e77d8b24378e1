"""The walk to publishing: problems, proofs, stories, translations, differences, reason, second person.

Every step shows its evidence. The page only shows what `publishing` refuses anyway.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.actions import drafts, proof_runs, publishing
from questionnaire.actions.publishing import NotPublishableError, Signature
from questionnaire.checks.problem import Problem
from questionnaire.editor import access, current_text
from questionnaire.editor.draft_saving import Refusal, refuse, refuse_if_frozen
from questionnaire.editor.publish_evidence import gather_page, works_alone
from questionnaire.editor.text_fields import TypedTextField
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version
from questionnaire.proof_results import ProofError

LONGEST_REASON = 2_000


@access.require_editor("GET")
def show_publish_page(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """All the evidence for one draft, and what is still to be done."""
    version = access.load_version(slug, number)
    if version.state not in current_text.UNFROZEN:
        return SeeOther(reverse("editor:outline", args=[slug, number]))
    return _show(request, version)


def _show(
    request: StaffRequest, version: Version, refusals: tuple[Problem, ...] = (), *, status: int = 200
) -> HttpResponse:
    return render(
        request, "editor/pages/publish.html", gather_page(request, version, refusals), status=status
    )


# Proofs -----------------------------------------------------------------------------------------------------


@access.require_editor("POST", may=access.EDIT)
def run_proofs(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Run the proofs of this draft in a process of their own, and measure how well its stories guard it."""
    version = access.load_version(slug, number)
    if not _is_blocked(version) and (refusal := _gather_proofs(version)):
        return _show(request, version, refusal, status=503)
    page, place = ("stories", "guard") if "stories" in request.POST else ("publish", "proofs")
    return SeeOther(f"{reverse(f'editor:{page}', args=[slug, number])}#{place}")


def _is_blocked(version: Version) -> bool:
    """Whether a problem stands before the proofs: what cannot be read cannot be proved."""
    problems = publishing.find_draft_problems(version, today=timezone.localdate())
    return any(problem.blocks for problem in problems)


def _gather_proofs(version: Version) -> tuple[Problem, ...]:
    """Keep everything the prover says of a draft. A problem where nothing is proved."""
    definition = current_text.read_definition(version)
    previous = publishing.find_published_definition(version.questionnaire.slug)
    try:
        proof_runs.gather_evidence(definition, previous, successors=version.successors, now=timezone.now())
        proof_runs.measure_vignettes(definition, previous, successors=version.successors)
    except ProofError as error:
        return (Problem("not-proved", "version", str(error)),)
    return ()


@access.require_editor("POST", may=access.EDIT)
def name_successors(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Which flags of the draft took an old one over; whom the draft protects less is then looked at again.

    Raises Http404 for a flag that the published version does not have.
    """
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("flags that took over")):
        return refusal
    definition, previous = current_text.read_definition(version), publishing.find_published_definition(slug)
    code = request.POST.get("taken-over", "")
    if previous is None or code not in previous.flags_by_code:
        raise Http404
    heirs = [heir for heir in request.POST.getlist(f"heir-{code}") if heir in definition.flags_by_code]
    try:
        version = drafts.name_successors(
            version=version,
            code=code,
            title=previous.flags_by_code[code].title,
            heirs=heirs,
            actor=access.actor_of(request),
            now=timezone.now(),
        )
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, f"flag {code}")
    refusals = () if _is_blocked(version) else _gather_proofs(version)
    return _show(request, version, refusals, status=503 if refusals else 200)


# Signing ----------------------------------------------------------------------------------------------------


@access.require_editor("POST", may=access.EDIT)
def send_to_review(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Ask a second person."""
    version = access.load_version(slug, number)
    actor, now = access.actor_of(request), timezone.now()
    try:
        publishing.send_to_review(version=version, actor=actor, reason=_read_reason(request), now=now)
    except (NotPublishableError, UnreadableReasonError) as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:publish", args=[slug, number]))


@access.require_editor("POST", to_post=(access.EDIT, access.APPROVE))
def send_back(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Not yet: make it a draft again."""
    version = access.load_version(slug, number)
    actor, now = access.actor_of(request), timezone.now()
    try:
        publishing.send_back(version=version, actor=actor, reason=_read_reason(request), now=now)
    except UnreadableReasonError as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


@access.require_editor("POST", to_post=(access.PUBLISH, access.APPROVE))
def publish_version(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Let patients be asked this version from now on."""
    version = access.load_version(slug, number)
    actor, now = access.actor_of(request), timezone.now()
    try:
        signature = Signature(
            reason=_read_reason(request),
            seen=frozenset(request.POST.getlist("seen")),
            may_approve_weakening=request.user.has_perm(access.APPROVE),
            alone=works_alone(),
        )
        publishing.publish(version=version, actor=actor, now=now, signature=signature)
    except (NotPublishableError, UnreadableReasonError) as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


class UnreadableReasonError(ValueError):
    """What was typed as a reason cannot be kept."""

    def __init__(self, messages: list[str]) -> None:
        self.problems = tuple(Problem("reason", "version", message) for message in messages)
        super().__init__(*messages)


def _read_reason(request: StaffRequest) -> str:
    """The reason that was typed; "" for none. Raises UnreadableReasonError."""
    try:
        return TypedTextField(required=False, max_length=LONGEST_REASON).clean(request.POST.get("reason", ""))
    except ValidationError as error:
        raise UnreadableReasonError(error.messages) from None
