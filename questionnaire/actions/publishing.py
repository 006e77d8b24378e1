"""The gate between a draft and the patients: what keeps a draft back, and the one way through.

What is published is a frozen document. Everyone but the editor reads only `load_definition()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from django.db import models, transaction

from questionnaire.actions import drafts, history, proof_runs
from questionnaire.checks import definition as checks
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.document import to_canonical_json
from questionnaire.document_reading import definition_from_plain
from questionnaire.models import Document, HistoryEvent, Questionnaire, Snapshot, Version
from questionnaire.proof_results import GateResult, ProofError, result_to_plain
from questionnaire.vignettes import coverage, run

SENT_TO_REVIEW = "sent to review"
_NO_REASON = Problem("no-reason", "version", "say in a sentence what changes and why")


class NotPublishableError(ValueError):
    """The gate is closed: `problems` says why, in words an editor can act on."""

    def __init__(self, version: Version, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"{version} cannot be published: {len(problems)} problems")


@dataclass(frozen=True)
class Signature:
    """What the person who publishes says and has seen."""

    reason: str = ""
    seen: frozenset[str] = frozenset()
    """`proof_runs.name_weakening` of every weakening whose patient was looked at."""
    may_approve_weakening: bool = False
    """Whether this person may be the second one for a weakened rule."""
    alone: bool = False
    """The clinic's settings say that there is no second person here; the record says so for ever."""


class NotStorableError(ValueError):
    """A definition that cannot even become a draft: an id stands twice or cannot be stored."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"cannot become a draft: {problems[0]}")


class AlteredDocumentError(RuntimeError):
    """A frozen document that no longer has its fingerprint. Nothing may be asked or judged with it."""


# Reading ----------------------------------------------------------------------------------------------------


def find_published(slug: str) -> Version | None:
    """The version that new patients are asked, or None."""
    versions = Version.objects.select_related("questionnaire")
    return versions.filter(questionnaire__slug=slug, state=Version.State.PUBLISHED).first()


def find_published_definition(slug: str) -> Definition | None:
    """What the published version says, or None where nothing is published."""
    version = find_published(slug)
    return load_definition(version.pk) if version else None


@lru_cache(maxsize=64)
def load_definition(version_id: int) -> Definition:
    """What a published or retired version says: read once per process, for it never changes.

    Raises Document.DoesNotExist for a draft, Altered for a document that was tampered with.
    """
    document = Document.objects.get(version_id=version_id)
    if sha256(document.json.encode()).hexdigest() != document.fingerprint:
        raise AlteredDocumentError(f"the document of version {version_id} does not have its fingerprint")
    return definition_from_plain(json.loads(document.json))


def find_draft_problems(
    version: Version, *, today: date, definition: Definition | None = None
) -> tuple[Problem, ...]:
    """Everything an editor should know before publishing, the blocking problems first.

    `definition`: what the draft says, where that was read already.

    An expired source does not hold back the first version of a questionnaire: an installation must be able to
    start.
    """
    definition = definition or drafts.read_draft(version)
    before = find_published_definition(version.questionnaire.slug)
    found = checks.find_problems(definition, today=today, before=before)
    if not _earlier(version).exists():
        found = tuple(replace(p, blocks=False) if p.code == checks.EXPIRED else p for p in found)
    if not any(
        problem.blocks for problem in found
    ):  # stories can only be judged by conditions that can be read
        found += run.find_vignette_problems(definition)
    return tuple(sorted(found, key=lambda problem: not problem.blocks))


def find_missing_vignette_problems(
    version: Version, definition: Definition, gate: GateResult
) -> tuple[Problem, ...]:
    """Patient stories a flag lacks although there is such a person.

    They hold back a flag that is new or was changed, and a story that was taken away. A first version comes
    from a file, whose author has no prover at hand; whoever changes its flags is asked for theirs.
    """
    return coverage.find_coverage_problems(
        definition, gate, before=find_published_definition(version.questionnaire.slug)
    )


def _earlier(version: Version) -> models.QuerySet[Version]:
    return Version.objects.filter(questionnaire=version.questionnaire_id, document__isnull=False)


# Writing ----------------------------------------------------------------------------------------------------


@transaction.atomic
def create_draft(*, definition: Definition, actor: str, now: datetime, note: str = "") -> Version:
    """A new draft that says what this definition says.

    It may be full of problems, as drafts are.

    Raises NotStorableError for a definition that rows cannot hold.
    """
    found = tuple(
        p for p in checks.find_problems(definition, today=now.date()) if p.code in checks.NOT_STORABLE
    )
    if found:
        raise NotStorableError(found)
    questionnaire, _ = Questionnaire.objects.select_for_update().get_or_create(slug=definition.slug)
    newest = questionnaire.versions.order_by("-number").first()
    version = Version.objects.create(
        questionnaire=questionnaire,
        number=newest.number + 1 if newest else 1,
        created_at=now,
        note=note,
        **drafts.to_version_columns(definition),
    )
    history.record_event(version=version, actor=actor, action="created", now=now, reason=note)
    drafts.fill_draft(version=version, definition=definition, actor=actor, now=now)
    return version


def send_to_review(*, version: Version, actor: str, reason: str, now: datetime) -> Version:
    """Ask a second person. From here on nothing in it can be edited, until it is published or sent back.

    Gathers the proofs first, as `publish()` does: what the gate would refuse is put right before somebody
    reads it.

    Raises NotPublishableError while something blocks it.
    """
    version = _current(version)
    if not reason.strip():
        blocking = tuple(p for p in find_draft_problems(version, today=now.date()) if p.blocks)
        raise NotPublishableError(version, (*blocking, _NO_REASON))
    proved, definition = _proved(version, now)
    if blocking := _unproved(version, definition, proved):
        raise NotPublishableError(version, blocking)
    with transaction.atomic():
        return _move(drafts.lock_draft(version), Version.State.IN_REVIEW, SENT_TO_REVIEW, actor, reason, now)


@transaction.atomic
def send_back(*, version: Version, actor: str, reason: str, now: datetime) -> Version:
    """Make it a draft again, to be edited."""
    version = _unpublished(version)
    if version.state != Version.State.IN_REVIEW:
        return version
    return _move(version, Version.State.DRAFT, "sent back", actor, reason, now)


def find_review_request(version: Version) -> HistoryEvent | None:
    """The last time this version was sent to review: by whom, and why."""
    return version.history.filter(action=SENT_TO_REVIEW).last()


def find_review_sender(version: Version) -> str:
    """Who sent this version to review last; "" if nobody did."""
    event = find_review_request(version)
    return event.actor if event else ""


def publish(*, version: Version, actor: str, now: datetime, signature: Signature | None = None) -> Version:
    """Freeze the draft into its document and retire the version that was published. Raises NotPublishable.

    Gathers the proofs first, unless they were run before: that takes seconds and holds up nobody. Patients in
    the middle of the old version finish it.
    """
    _proved(version, now)
    return _freeze(version, actor, now, signature or Signature())


def _proved(version: Version, now: datetime) -> tuple[proof_runs.Evidence, Definition]:
    """The proofs of what the draft says now. Raises NotPublishable where a problem stands before them."""
    version = _current(version)
    draft = drafts.read_draft(version)
    blocking = tuple(p for p in find_draft_problems(version, today=now.date(), definition=draft) if p.blocks)
    if blocking:
        raise NotPublishableError(version, blocking)
    previous = find_published_definition(version.questionnaire.slug)
    try:
        return proof_runs.gather_evidence(draft, previous, successors=version.successors, now=now), draft
    except ProofError as error:
        raise NotPublishableError(version, (Problem("not-proved", "version", str(error)),)) from None


@transaction.atomic
def _freeze(version: Version, actor: str, now: datetime, signature: Signature) -> Version:
    Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    version = _unpublished(version)
    definition, current = drafts.read_draft(version), find_published(version.questionnaire.slug)
    previous = load_definition(current.pk) if current else None
    proved = proof_runs.find_evidence(definition, previous, successors=version.successors)
    if blocking := find_refusals(
        version, definition, previous, proved, actor=actor, signature=signature, now=now
    ):
        raise NotPublishableError(version, blocking)
    if current:
        retire(version=current, actor=actor, now=now, reason=f"replaced by version {version.number}")
    text = to_canonical_json(definition)
    document = Document.objects.create(
        version=version, json=text, fingerprint=sha256(text.encode()).hexdigest()
    )
    version.state, version.published_at = Version.State.PUBLISHED, now
    asked = find_review_request(version)
    author = asked.actor if asked else actor
    version.note = (asked.reason if asked and author != actor else signature.reason) or version.note
    version.save(update_fields=["state", "published_at", "note"])
    Snapshot.objects.filter(event__version=version).delete()
    history.record_event(
        version=version,
        actor=author,
        second_person=actor
        if author != actor
        else ("(switched off in the settings)" if signature.alone else ""),
        action="published",
        now=now,
        after={
            "fingerprint": document.fingerprint,
            "weakenings": _kept(proved),
            "successors": proof_runs.filter_successors(definition, previous, version.successors),
        },
        reason=signature.reason,
    )
    return version


def find_refusals(
    version: Version,
    definition: Definition,
    previous: Definition | None,
    proved: proof_runs.Evidence | None,
    *,
    actor: str,
    signature: Signature,
    now: datetime,
) -> tuple[Problem, ...]:
    """Why this person may not publish this draft now; an empty tuple means that they may."""
    blocking = tuple(
        p for p in find_draft_problems(version, today=now.date(), definition=definition) if p.blocks
    )
    if blocking:
        return blocking
    if proved is None:
        return (Problem("not-proved", "version", "changed since the proofs were run: run them again"),)
    unproved = _unproved(version, definition, proved)
    if previous is None:
        return unproved
    return (*unproved, *_unsigned(version, definition, previous, proved, actor, signature))


def _unproved(version: Version, definition: Definition, proved: proof_runs.Evidence) -> tuple[Problem, ...]:
    """What the proofs say must not be published, and the stories that are missing."""
    return (
        *proved.blocking,
        *(p for p in find_missing_vignette_problems(version, definition, proved.gate) if p.blocks),
    )


def _unsigned(
    version: Version,
    definition: Definition,
    previous: Definition,
    proved: proof_runs.Evidence,
    actor: str,
    signature: Signature,
) -> Iterator[Problem]:
    if not signature.reason.strip():
        yield _NO_REASON
    for weakening in proved.weakenings:
        if proof_runs.name_weakening(weakening) not in signature.seen:
            message = (
                "is weaker than before: look at the patient it no longer protects, and say that you have"
            )
            yield Problem("weakening-unseen", f"flag {weakening.flag}", message)
    if not (proved.weakenings or proof_runs.touches_flags(previous, definition)) or signature.alone:
        return
    if version.state != Version.State.IN_REVIEW:
        yield Problem(
            "second-person", "version", "touches a flag: send it to a second person, who publishes it"
        )
    elif find_review_sender(version) == actor:
        yield Problem(
            "second-person", "version", "touches a flag: somebody else than its sender must publish it"
        )
    if proved.weakenings and not signature.may_approve_weakening:
        yield Problem(
            "second-person", "version", "weakens a flag: only an Administrator can be the second person"
        )


def _kept(proved: proof_runs.Evidence | None) -> list[dict[str, object]]:
    """The weakenings that were accepted, each with the patient it was shown by: they stay in the record for
    ever."""
    return [result_to_plain(weakening) for weakening in proved.weakenings] if proved else []


def _move(version: Version, state: str, action: str, actor: str, reason: str, now: datetime) -> Version:
    before, version.state = version.state, state
    version.save(update_fields=["state"])
    history.record_event(
        version=version, actor=actor, action=action, now=now, before=before, after=state, reason=reason
    )
    return version


@transaction.atomic
def retire(*, version: Version, actor: str, now: datetime, reason: str = "") -> Version:
    """Offer this version to nobody new. Its document, and every submission made with it, stay."""
    version = Version.objects.select_for_update().select_related("questionnaire").get(pk=version.pk)
    if version.state == Version.State.RETIRED:
        return version
    before, version.state = version.state, Version.State.RETIRED
    version.save(update_fields=["state"])
    history.record_event(
        version=version,
        actor=actor,
        action="retired",
        now=now,
        before=before,
        after=version.state,
        reason=reason,
    )
    return version


def _unpublished(version: Version) -> Version:
    """The version as it is now, locked. Raises NotADraft for one that was already published or retired."""
    return _current(version, Version.objects.select_for_update(of=("self",)))


def _current(version: Version, versions: models.QuerySet[Version] | None = None) -> Version:
    found = Version.objects.all() if versions is None else versions
    current = found.select_related("questionnaire").get(pk=version.pk)
    if current.state not in {Version.State.DRAFT, Version.State.IN_REVIEW}:
        raise drafts.NotADraftError(
            f"{current} is {current.get_state_display()}: start a new draft to change it"
        )
    return current
