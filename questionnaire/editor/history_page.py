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
from questionnaire.editor.request import EditorRequest
from questionnaire.http import SeeOther
from questionnaire.models import HistoryEvent, Snapshot
from questionnaire.proofs import report
from questionnaire.proofs.results import Weakening, from_plain

ROWS = 50


@dataclass(frozen=True)
class Row:
    """One act, who did it, what it changed in words, and whether it can be undone."""

    event: HistoryEvent
    who: str
    second: str
    changes: list[Any]
    accepted: list[str]
    """Of a version that was published: in which ways its flags protect somebody less than before."""
    can_undo: bool


@access.require_editor("GET")
def record(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    version = access.load_version(slug, number)
    can_edit = current_text.can_edit(request, version)
    page = Paginator(version.history.order_by("-pk"), ROWS).get_page(request.GET.get("page"))
    events = list(page.object_list)
    known = account_names.called([name for event in events for name in (event.actor, event.second_person)])
    undoable = set(Snapshot.objects.filter(event__in=events).values_list("event_id", flat=True)) if can_edit else set()
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "page": page,
        "rows": [
            Row(e, known.get(e.actor, ""), known.get(e.second_person, ""), _changes(e), _accepted(e), e.pk in undoable)
            for e in events
        ],
        "can_edit": can_edit,
    }
    return render(request, "editor/pages/history.html", context)


def _changes(event: HistoryEvent) -> list[Any]:
    return event.after if isinstance(event.after, list) else []


def _accepted(event: HistoryEvent) -> list[str]:
    kept = event.after if isinstance(event.after, dict) else {}
    weaker = (from_plain(Weakening, plain) for plain in kept.get("weakenings", ()))
    return [f"{weakening.flag} {report.weakened(weakening)}" for weakening in weaker]


@access.require_editor("POST", may=access.EDIT)
def undo(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """Back to just before one act. That itself is recorded, and can be undone."""
    version = access.load_version(slug, number)
    wanted = request.POST.get("event", "")
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 19
    event = version.history.filter(pk=int(wanted), snapshot__isnull=False).first() if is_number else None
    if event is None:
        raise Http404
    try:
        drafts.restore(version=version, event=event, actor=access.actor_of(request), now=timezone.now())
    except drafts.NotADraft:
        return refuse(request, version, Refusal.FROZEN, event.subject)
    return SeeOther(f"{reverse('editor:outline', args=[slug, number])}?done=1")
