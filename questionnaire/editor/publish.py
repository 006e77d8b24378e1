"""The walk to publishing: problems, proofs, stories, translations, differences, reason, second person.

Every step shows its evidence. The page only shows what `publishing` refuses anyway.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire import translations
from questionnaire.actions import drafts, proof_runs, publishing
from questionnaire.actions.publishing import NotPublishable, Signature
from questionnaire.changes.comparison import differences, story_differences
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.editor import access, account_names, current_text, missing_vignettes, weakened_flags
from questionnaire.editor.draft_saving import Refusal, refuse, refuse_if_frozen
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.text_fields import LANGUAGES, TypedWords
from questionnaire.http import SeeOther
from questionnaire.models import Version
from questionnaire.proofs import report
from questionnaire.proofs.results import ProofError
from questionnaire.service import service

OPEN = {Version.State.DRAFT, Version.State.IN_REVIEW}


@access.require_editor("GET")
def walk(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """All the evidence for one draft, and what is still to be done."""
    version = access.load_version(slug, number)
    if version.state not in OPEN:
        return SeeOther(reverse("editor:outline", args=[slug, number]))
    return _show(request, version, ())


@access.require_editor("POST", may=access.EDIT)
def prove(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Run the proofs of this draft in a process of their own, and measure how well its stories guard it."""
    version = access.load_version(slug, number)
    blocking = [p for p in publishing.problems(version, today=timezone.localdate()) if p.blocks]
    if not blocking and (refusal := _gather(version)):
        return _show(request, version, refusal, status=503)
    page, place = ("stories", "guard") if "stories" in request.POST else ("publish", "proofs")
    return SeeOther(f"{reverse(f'editor:{page}', args=[slug, number])}#{place}")


def _gather(version: Version) -> tuple[Problem, ...]:
    """Everything the prover says of a draft; a problem where nothing is proved."""
    definition = current_text.definition_of(version)
    previous = publishing.published_definition(version.questionnaire.slug)
    try:
        proof_runs.gather(definition, previous, successors=version.successors, now=timezone.now())
        proof_runs.measure(definition, previous, successors=version.successors)
    except ProofError as error:
        return (Problem("not-proved", "version", str(error)),)
    return ()


@access.require_editor("POST", may=access.EDIT)
def successors(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Which flags of the draft took an old one over; whom the draft protects less is then looked at again."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("flags that took over")):
        return refusal
    definition, previous = current_text.definition_of(version), publishing.published_definition(slug)
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
    except drafts.NotADraft:
        return refuse(request, version, Refusal.FROZEN, f"flag {code}")
    blocking = any(p.blocks for p in publishing.problems(version, today=timezone.localdate()))
    refusals = () if blocking else _gather(version)
    return _show(request, version, refusals, status=503 if refusals else 200)


@access.require_editor("POST", may=access.EDIT)
def send(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Ask a second person."""
    version = access.load_version(slug, number)
    try:
        reason = _reason(request)
        publishing.send_to_review(version=version, actor=access.actor_of(request), reason=reason, now=timezone.now())
    except (NotPublishable, Unreadable) as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraft:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:publish", args=[slug, number]))


@access.require_editor("POST", to_post=(access.EDIT, access.APPROVE))
def send_back(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Not yet: make it a draft again."""
    version = access.load_version(slug, number)
    try:
        reason = _reason(request)
        publishing.send_back(version=version, actor=access.actor_of(request), reason=reason, now=timezone.now())
    except Unreadable as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraft:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


@access.require_editor("POST", to_post=(access.PUBLISH, access.APPROVE))
def publish(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Let patients be asked this version from now on."""
    version = access.load_version(slug, number)
    actor, now = access.actor_of(request), timezone.now()
    try:
        signature = Signature(
            reason=_reason(request),
            seen=frozenset(request.POST.getlist("seen")),
            may_approve_weakening=request.user.has_perm(access.APPROVE),
            alone=_alone(),
        )
        publishing.publish(version=version, actor=actor, now=now, signature=signature)
    except (NotPublishable, Unreadable) as error:
        return _show(request, version, error.problems, status=422)
    except drafts.NotADraft:
        return refuse(request, version, Refusal.FROZEN, "version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


class Unreadable(ValueError):
    """What was typed as a reason cannot be kept."""

    def __init__(self, messages: list[str]) -> None:
        self.problems = tuple(Problem("reason", "version", message) for message in messages)
        super().__init__(*messages)


def _reason(request: EditorRequest) -> str:
    """The reason that was typed; "" for none. Raises Unreadable."""
    try:
        return TypedWords(required=False, max_length=2_000).clean(request.POST.get("reason", ""))
    except ValidationError as error:
        raise Unreadable(error.messages) from None


def _alone() -> bool:
    """Whether the clinic has switched the second person off."""
    return not service().second_person_needed()


def _show(
    request: EditorRequest, version: Version, refusals: tuple[Problem, ...], *, status: int = 200
) -> HttpResponse:
    slug = version.questionnaire.slug
    definition, current = current_text.definition_of(version), publishing.published(slug)
    previous = publishing.definition_of(current.pk) if current else None
    problems = publishing.problems(version, today=timezone.localdate(), definition=definition)
    blocking, failing = current_text.apart(problems)
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "current": current,
        "refusals": current_text.located(version, definition, refusals),
        "reason": request.POST.get("reason", ""),
        "reason_fault": next((p.message for p in refusals if p.code in {"reason", "no-reason"}), ""),
        "blocking": current_text.located(version, definition, blocking),
        "failing": len(failing),
        "in_the_way": len(blocking) + bool(failing),
        "notes": current_text.located(version, definition, (p for p in problems if not p.blocks)),
        "translations": [
            (LANGUAGES.get(language, language), translations.state(definition, language))
            for language in definition.languages[1:]
        ],
        "stories": len(definition.vignettes),
        "impact": service().impact_address(slug, version.number),
        "differences": differences(previous, definition) if previous else (),
        "story_differences": story_differences(previous, definition) if previous else (),
        **_proved(request, version, definition, previous),
        **_people(request, version, definition, previous),
    }
    return render(request, "editor/pages/publish.html", context, status=status)


def _proved(
    request: EditorRequest, version: Version, definition: Definition, previous: Definition | None
) -> dict[str, Any]:
    found = proof_runs.found(definition, previous, successors=version.successors)
    if found is None:
        return {"proved": None}
    return {
        "proved": found,
        **missing_vignettes.shown(version, definition, found),
        "proof_problems": current_text.located(version, definition, report.gate_problems(found.gate)),
        "weakenings": weakened_flags.shown(version, definition, previous, request.POST.getlist("seen")),
        "taken_over": weakened_flags.taken_over(version, definition, previous),
    }


def _people(
    request: EditorRequest, version: Version, definition: Definition, previous: Definition | None
) -> dict[str, Any]:
    """Whether a second person is needed, who sent it, and what this person may do."""
    found = proof_runs.found(definition, previous, successors=version.successors)
    touched = previous is not None and proof_runs.touches_flags(previous, definition)
    needed = (touched or bool(found and found.weakenings)) and not _alone()
    sent, me = publishing.sent(version), access.actor_of(request)
    sender = sent.actor if sent else ""
    in_review = version.state == Version.State.IN_REVIEW
    may = request.user.has_perm(access.PUBLISH) or request.user.has_perm(access.APPROVE)
    return {
        "needs_second": needed,
        "alone": _alone(),
        "in_review": in_review,
        "sent": sent,
        "sent_by": account_names.called([sender]).get(sender, "") if in_review else "",
        "mine": in_review and sender == me,
        "can_edit": request.user.has_perm(access.EDIT),
        "can_publish": may and (not needed or (in_review and sender != me)),
    }
