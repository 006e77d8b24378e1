"""The walk to publishing: problems, proofs, stories, translations, differences, reason, second person.

Every step shows its evidence. The page only shows what `publishing` refuses anyway.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from questionnaire import drafting, evidence, publishing, translations, vignettes
from questionnaire.comparing import differences
from questionnaire.definition import Definition
from questionnaire.editor import access, reading
from questionnaire.editor.saving import SeeOther, refused
from questionnaire.editor.witness import Person, person
from questionnaire.models import Version
from questionnaire.problem import Problem
from questionnaire.publishing import NotPublishable, Signature
from questionnaire.rules.proofs import words
from questionnaire.rules.proofs.results import ProofError, Weakening

OPEN = {Version.State.DRAFT, Version.State.IN_REVIEW}


@access.editor("GET")
def walk(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All the evidence for one draft, and what is still to be done."""
    version = access.load(slug, number)
    if version.state not in OPEN:
        return SeeOther(reverse("editor:outline", args=[slug, number]))
    return _show(request, version, ())


@access.editor("POST", may=access.EDIT)
def prove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Run the proofs of this draft, in a process of their own."""
    version = access.load(slug, number)
    now = timezone.now()
    blocking = [p for p in publishing.problems(version, today=timezone.localdate()) if p.blocks]
    if not blocking:
        try:
            evidence.gather(reading.definition_of(version), publishing.published_definition(slug), now=now)
        except ProofError as error:
            return _show(request, version, (Problem("not-proved", "version", str(error)),), status=503)
    return SeeOther(f"{reverse('editor:publish', args=[slug, number])}#proofs")


@access.editor("POST", may=access.EDIT)
def send(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask a second person."""
    version = access.load(slug, number)
    reason = request.POST.get("reason", "")
    try:
        publishing.send_to_review(version=version, actor=access.actor(request), reason=reason, now=timezone.now())
    except NotPublishable as error:
        return _show(request, version, error.problems, status=422)
    except drafting.NotADraft:
        return refused(request, version, "frozen", status=409, subject="version")
    return SeeOther(reverse("editor:publish", args=[slug, number]))


@access.editor("POST")
def send_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Not yet: make it a draft again."""
    if not request.user.has_perm(access.EDIT):
        access.require(request, access.APPROVE)
    version = access.load(slug, number)
    reason = request.POST.get("reason", "")
    try:
        publishing.send_back(version=version, actor=access.actor(request), reason=reason, now=timezone.now())
    except drafting.NotADraft:
        return refused(request, version, "frozen", status=409, subject="version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


@access.editor("POST")
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let patients be asked this version from now on."""
    if not request.user.has_perm(access.PUBLISH):
        access.require(request, access.APPROVE)
    version = access.load(slug, number)
    signature = Signature(
        reason=request.POST.get("reason", ""),
        seen=frozenset(request.POST.getlist("seen")),
        may_approve_weakening=request.user.has_perm(access.APPROVE),
        alone=_alone(),
    )
    actor, now = access.actor(request), timezone.now()
    try:
        publishing.publish(version=version, actor=actor, now=now, signature=signature)
    except NotPublishable as error:
        return _show(request, version, error.problems, status=422)
    except drafting.NotADraft:
        return refused(request, version, "frozen", status=409, subject="version")
    return SeeOther(reverse("editor:outline", args=[slug, number]))


def _alone() -> bool:
    """Whether the clinic has switched the second person off. Who knows that is named by a setting."""
    return not import_string(settings.SECOND_PERSON_NEEDED)()


def _show(request: HttpRequest, version: Version, refusals: tuple[Problem, ...], *, status: int = 200) -> HttpResponse:
    slug = version.questionnaire.slug
    definition, current = reading.definition_of(version), publishing.published(slug)
    previous = publishing.definition_of(current.pk) if current else None
    problems = publishing.problems(version, today=timezone.localdate())
    context = {
        "version": version,
        "slug": slug,
        "current": current,
        "refusals": reading.located(version, definition, refusals),
        "reason": request.POST.get("reason", ""),
        "blocking": reading.located(version, definition, (p for p in problems if p.blocks)),
        "notes": reading.located(version, definition, (p for p in problems if not p.blocks)),
        "translations": [translations.state(definition, language) for language in definition.languages[1:]],
        "uncovered": vignettes.uncovered(definition) if not any(p.blocks for p in problems) else {},
        "stories": len(definition.vignettes),
        "differences": differences(previous, definition) if previous else (),
        **_proved(request, version, definition, previous),
        **_people(request, version, definition, previous),
    }
    return render(request, "editor/publish.html", context, status=status)


def _proved(
    request: HttpRequest, version: Version, definition: Definition, previous: Definition | None
) -> dict[str, Any]:
    found = evidence.found(definition, previous)
    if found is None:
        return {"proved": None}
    seen = set(request.POST.getlist("seen"))
    return {
        "proved": found,
        "proof_problems": reading.located(version, definition, words.gate_problems(found.gate)),
        "weakenings": [_shown(definition, previous, weakening, seen) for weakening in found.weakenings],
    }


def _shown(definition: Definition, previous: Definition | None, weakening: Weakening, seen: set[str]) -> dict[str, Any]:
    """A weakening in words, with the patient it no longer protects."""
    before: Person | None = person(previous, weakening.before) if previous and weakening.before else None
    key = evidence.key(weakening)
    flags = {**(previous.flags_by_code if previous else {}), **definition.flags_by_code}
    return {
        "key": key,
        "title": flags[weakening.flag].title if weakening.flag in flags else weakening.flag,
        "words": words.weakened(weakening),
        "person": before,
        "seen": key in seen,
    }


def _people(
    request: HttpRequest, version: Version, definition: Definition, previous: Definition | None
) -> dict[str, Any]:
    """Whether a second person is needed, who sent it, and what this person may do."""
    found = evidence.found(definition, previous)
    touched = previous is not None and evidence.touches_flags(previous, definition)
    needed = (touched or bool(found and found.weakenings)) and not _alone()
    sender, me = publishing.sender(version), access.actor(request)
    in_review = version.state == Version.State.IN_REVIEW
    may = request.user.has_perm(access.PUBLISH) or request.user.has_perm(access.APPROVE)
    return {
        "needs_second": needed,
        "alone": _alone(),
        "in_review": in_review,
        "mine": in_review and sender == me,
        "can_edit": request.user.has_perm(access.EDIT),
        "can_publish": may and (not needed or (in_review and sender != me)),
    }
