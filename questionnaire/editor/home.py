"""The questionnaires and their versions: which one patients are asked, which are drafts, and who published what."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.editor import access, account_names, current_text
from questionnaire.editor.request import EditorRequest
from questionnaire.http import SeeOther
from questionnaire.models import HistoryEvent, Questionnaire, Version

_TURNS = ("created", "published")


@dataclass(frozen=True)
class Row:
    """One version: what made it what it is, by whom, and the version it is held against."""

    version: Version
    event: HistoryEvent | None
    who: str
    compare_with: Version | None

    @property
    def fingerprint(self) -> str:
        return self.version.document.fingerprint if hasattr(self.version, "document") else ""


@access.require_editor("GET")
def questionnaires(request: EditorRequest) -> HttpResponse:
    turns = HistoryEvent.objects.filter(action__in=_TURNS).defer("before", "after").order_by("pk")
    versions = Version.objects.select_related("document").order_by("-number")
    found = list(
        Questionnaire.objects.order_by("slug").prefetch_related(
            Prefetch("versions", versions), Prefetch("versions__history", turns, to_attr="turns")
        )
    )
    said = [event.actor for q in found for v in q.versions.all() for event in _turns(v)]
    known = account_names.called(said)
    rows = [(q, _rows(list(q.versions.all()), known)) for q in found]
    context = {"rows": rows, "can_edit": request.user.has_perm(access.EDIT), "here": "editor"}
    return render(request, "editor/pages/questionnaires.html", context)


def _turns(version: Version) -> list[HistoryEvent]:
    """When it was made and published, as the page fetched it."""
    found: list[HistoryEvent] = getattr(version, "turns", [])
    return found


def _rows(versions: list[Version], known: dict[str, str]) -> list[Row]:
    """The newest first, each with the version to compare it with: the published one, or the one before."""
    live = next((v for v in versions if v.state == Version.State.PUBLISHED), None)
    rows = []
    for place, version in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        event = _turns(version)[-1] if _turns(version) else None
        against = live if live and live != version and version.state in current_text.UNFROZEN else before
        rows.append(Row(version, event, known.get(event.actor, "") if event else "", against))
    return rows


@access.require_editor("POST", may=access.EDIT)
def draft(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A new draft that says what this version says: to go on from it, or to go back to it."""
    version = access.load_version(slug, number)
    made = publishing.draft_from(
        definition=current_text.definition_of(version),
        actor=access.actor_of(request),
        now=timezone.now(),
        note=f"made from version {number}",
    )
    return SeeOther(reverse("editor:outline", args=[slug, made.number]))
