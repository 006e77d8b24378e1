"""The gate between a draft and the patients: what keeps a draft back, and the one way through.

What is published is a frozen document. Everyone but the editor reads only `definition_of()`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from django.db import models, transaction

from questionnaire import checks, drafting, history, vignettes
from questionnaire.checks import Problem
from questionnaire.definition import Definition
from questionnaire.document import canonical, from_plain
from questionnaire.models import Document, Questionnaire, Snapshot, Version


class NotPublishable(ValueError):
    """The gate is closed: `problems` says why, in words an editor can act on."""

    def __init__(self, version: Version, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"{version} cannot be published: {len(problems)} problems")


class NotStorable(ValueError):
    """A definition that cannot even become a draft: an id stands twice or cannot be stored."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"cannot become a draft: {problems[0]}")


class Altered(RuntimeError):
    """A frozen document that no longer has its fingerprint. Nothing may be asked or judged with it."""


# Reading ------------------------------------------------------------------------------------------------------------


def published(slug: str) -> Version | None:
    """The version that new patients are asked, or None."""
    versions = Version.objects.select_related("questionnaire")
    return versions.filter(questionnaire__slug=slug, state=Version.State.PUBLISHED).first()


@lru_cache(maxsize=64)
def definition_of(version_id: int) -> Definition:
    """What a published or retired version says: read once per process, for it never changes.

    Raises Document.DoesNotExist for a draft, Altered for a document that was tampered with.
    """
    document = Document.objects.get(version_id=version_id)
    if sha256(document.json.encode()).hexdigest() != document.fingerprint:
        raise Altered(f"the document of version {version_id} does not have its fingerprint")
    return from_plain(json.loads(document.json))


def problems(version: Version, *, today: date) -> tuple[Problem, ...]:
    """Everything an editor should know before publishing, the blocking problems first.

    An expired source does not hold back the first version of a questionnaire: an installation must be able to start.
    """
    definition = drafting.definition_of_draft(version)
    found = checks.problems(definition, today=today)
    if not _earlier(version).exists():
        found = tuple(replace(p, blocks=False) if p.code == checks.EXPIRED else p for p in found)
    if not any(problem.blocks for problem in found):  # stories can only be judged by conditions that can be read
        found += vignettes.problems(definition)
    return tuple(sorted(found, key=lambda problem: not problem.blocks))


def _earlier(version: Version) -> models.QuerySet[Version]:
    return Version.objects.filter(questionnaire=version.questionnaire_id, document__isnull=False)


# Writing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_from(*, definition: Definition, actor: str, now: datetime, note: str = "") -> Version:
    """A new draft that says what this definition says.

    It may be full of problems, as drafts are; raises NotStorable only for what no row can hold.
    """
    found = tuple(p for p in checks.problems(definition, today=now.date()) if p.code in checks.NOT_STORABLE)
    if found:
        raise NotStorable(found)
    questionnaire, _ = Questionnaire.objects.select_for_update().get_or_create(slug=definition.slug)
    newest = questionnaire.versions.order_by("-number").first()
    version = Version.objects.create(
        questionnaire=questionnaire,
        number=newest.number + 1 if newest else 1,
        created_at=now,
        note=note,
        **drafting.version_values(definition),
    )
    history.record(version=version, actor=actor, action="created", now=now, reason=note)
    drafting.from_definition(version=version, definition=definition, actor=actor, now=now)
    return version


@transaction.atomic
def publish(*, version: Version, actor: str, now: datetime, reason: str = "", second_person: str = "") -> Version:
    """Freeze the draft into its document and retire the version that was published. Raises NotPublishable.

    Patients in the middle of the old version finish it.
    """
    Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    version = _unpublished(version)
    blocking = tuple(problem for problem in problems(version, today=now.date()) if problem.blocks)
    if blocking:
        raise NotPublishable(version, blocking)
    text = canonical(drafting.definition_of_draft(version))
    if current := published(version.questionnaire.slug):
        retire(version=current, actor=actor, now=now, reason=f"replaced by version {version.number}")
    document = Document.objects.create(version=version, json=text, fingerprint=sha256(text.encode()).hexdigest())
    version.state, version.published_at = Version.State.PUBLISHED, now
    version.note = reason or version.note
    version.save(update_fields=["state", "published_at", "note"])
    Snapshot.objects.filter(event__version=version).delete()
    history.record(
        version=version,
        actor=actor,
        second_person=second_person,
        action="published",
        now=now,
        after={"fingerprint": document.fingerprint},
        reason=reason,
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
    history.record(
        version=version, actor=actor, action="retired", now=now, before=before, after=version.state, reason=reason
    )
    return version


def _unpublished(version: Version) -> Version:
    """The version as it is now, locked. Raises NotADraft for one that was already published or retired."""
    current = Version.objects.select_for_update().select_related("questionnaire").get(pk=version.pk)
    if current.state not in {Version.State.DRAFT, Version.State.IN_REVIEW}:
        raise drafting.NotADraft(f"{current} is {current.get_state_display()}: start a new draft to change it")
    return current
