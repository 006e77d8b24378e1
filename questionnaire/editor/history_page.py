"""The record of a version: who did what, when and why; and going back to before any act of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import drafts
from questionnaire.editor import access, account_names, current_text
from questionnaire.editor.draft_saving import Refusal, refuse
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import HistoryEvent, Snapshot, Version
from questionnaire.proof_results import Weakening, result_from_plain
from questionnaire.proofs import report

EVENTS_ON_A_PAGE = 50


@dataclass(frozen=True)
class HistoryRow:
    """One act, who did it, what it changed in words, and whether it can be undone."""

    event: HistoryEvent
    who: str
    second: str
    changes: list[Any]
    accepted: list[str]
    """Of a version that was published: in which ways its flags protect somebody less than before."""
    can_undo: bool


@access.require_editor("GET")
def show_history(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Everything done to a version, the newest first."""
    version = access.load_version(slug, number)
    can_edit = current_text.can_edit(request, version)
    page = Paginator(version.history.order_by("-pk"), EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "page": page,
        "rows": _describe_events(list(page.object_list), can_edit),
        "can_edit": can_edit,
    }
    return render(request, "editor/pages/history.html", context)


def _describe_events(events: list[HistoryEvent], can_edit: bool) -> list[HistoryRow]:
    names = account_names.find_names(name for event in events for name in (event.actor, event.second_person))
    snapshots = Snapshot.objects.filter(event__in=events).values_list("event_id", flat=True)
    undoable = set(snapshots) if can_edit else set()
    return [
        HistoryRow(
            event,
            names.get(event.actor, ""),
            names.get(event.second_person, ""),
            event.after if isinstance(event.after, list) else [],
            _describe_accepted(event),
            event.pk in undoable,
        )
        for event in events
    ]


def _describe_accepted(event: HistoryEvent) -> list[str]:
    details = event.after if isinstance(event.after, dict) else {}
    weakenings = (result_from_plain(Weakening, plain) for plain in details.get("weakenings", ()))
    return [f"{weakening.flag} {report.describe_weakening(weakening)}" for weakening in weakenings]


@access.require_editor("POST", may=access.EDIT)
def undo_change(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Back to just before one act, which is recorded too. Raises Http404 for an act that cannot be undone."""
    version = access.load_version(slug, number)
    event = _find_undoable(version, request.POST.get("event", ""))
    if event is None:
        raise Http404
    try:
        drafts.restore_draft(version=version, event=event, actor=access.actor_of(request), now=timezone.now())
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, event.subject)
    return SeeOther(f"{reverse('editor:outline', args=[slug, number])}?done=1")


def _find_undoable(version: Version, pk: str) -> HistoryEvent | None:
    """The act with this number, where there is a snapshot of before it."""
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    return version.history.filter(pk=int(pk), snapshot__isnull=False).first()
