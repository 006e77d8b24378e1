"""The questionnaires and their versions: which patients are asked, which are drafts, who published what."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.editor import access, account_names, current_text
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import HistoryEvent, Questionnaire, Version

_MILESTONES = ("created", "published")
"""Acts that made a version what it is."""


@dataclass(frozen=True)
class VersionRow:
    """One version: what made it what it is, by whom, and the version it is held against."""

    version: Version
    event: HistoryEvent | None
    who: str
    compare_with: Version | None

    @property
    def is_unpublished(self) -> bool:
        return self.version.state in current_text.UNFROZEN

    @property
    def fingerprint(self) -> str:
        return self.version.document.fingerprint if hasattr(self.version, "document") else ""


@access.require_editor("GET")
def list_questionnaires(request: StaffRequest) -> HttpResponse:
    """Every questionnaire with all its versions, the newest first."""
    questionnaires = [(each, list(each.versions.all())) for each in _load_questionnaires()]
    events = (_milestone_of(version) for _questionnaire, versions in questionnaires for version in versions)
    names = account_names.find_names(event.actor for event in events if event)
    rows = [
        (questionnaire, _describe_versions(versions, names)) for questionnaire, versions in questionnaires
    ]
    context = {"rows": rows, "can_edit": request.user.has_perm(access.EDIT), "here": "editor"}
    return render(request, "editor/pages/questionnaires.html", context)


def _load_questionnaires() -> list[Questionnaire]:
    milestones = HistoryEvent.objects.filter(action__in=_MILESTONES).defer("before", "after").order_by("pk")
    versions = Version.objects.select_related("document").order_by("-number")
    return list(
        Questionnaire.objects.order_by("slug").prefetch_related(
            Prefetch("versions", versions), Prefetch("versions__history", milestones, to_attr="milestones")
        )
    )


def _milestone_of(version: Version) -> HistoryEvent | None:
    """The last of its milestones, as the page fetched them."""
    milestones: list[HistoryEvent] = getattr(version, "milestones", [])
    return milestones[-1] if milestones else None


def _describe_versions(versions: list[Version], names: dict[str, str]) -> list[VersionRow]:
    """The newest first, each with the version to compare it with: the published one, or the one before."""
    published = next((version for version in versions if version.state == Version.State.PUBLISHED), None)
    rows = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        event = _milestone_of(version)
        is_draft = version.state in current_text.UNFROZEN
        compare_with = published if published and published != version and is_draft else before
        rows.append(VersionRow(version, event, names.get(event.actor, "") if event else "", compare_with))
    return rows


@access.require_editor("POST", may=access.EDIT)
def start_draft(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A new draft that says what this version says: to go on from it, or to go back to it."""
    version = access.load_version(slug, number)
    draft = publishing.create_draft(
        definition=current_text.read_definition(version),
        actor=access.actor_of(request),
        now=timezone.now(),
        note=f"made from version {number}",
    )
    return SeeOther(reverse("editor:outline", args=[slug, draft.number]))
