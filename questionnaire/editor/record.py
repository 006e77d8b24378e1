"""The record of a version: who did what, when and why; and going back to before any act of a draft."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire import drafting
from questionnaire.editor import access
from questionnaire.editor.saving import SeeOther, refused
from questionnaire.models import Version

ROWS = 50


@access.editor("GET")
def record(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load(slug, number)
    events = version.history.select_related("snapshot").order_by("-pk")
    context = {
        "version": version,
        "slug": slug,
        "page": Paginator(events, ROWS).get_page(request.GET.get("page")),
        "can_edit": version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT),
    }
    return render(request, "editor/record.html", context)


@access.editor("POST", may=access.EDIT)
def undo(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Back to just before one act. That itself is recorded, and can be undone."""
    version = access.load(slug, number)
    wanted = request.POST.get("event", "")
    event = version.history.filter(pk=int(wanted), snapshot__isnull=False).first() if wanted.isdecimal() else None
    if event is None:
        raise Http404
    try:
        drafting.restore(version=version, event=event, actor=access.actor(request), now=timezone.now())
    except drafting.NotADraft:
        return refused(request, version, "frozen", status=409, subject=event.subject)
    return SeeOther(reverse("editor:outline", args=[slug, number]))
