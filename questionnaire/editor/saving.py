"""From a form to the draft: what the editor saw is compared with what is there, then changed in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from questionnaire import drafting
from questionnaire.definition import Definition
from questionnaire.editing import InUse, NotThere
from questionnaire.editor import access, reading
from questionnaire.models import Version

Part = Callable[[Definition], object]
"""The part of a definition that a page edits."""


class SeeOther(HttpResponseRedirect):
    """303 after a change, so that reload sends nothing twice."""

    status_code = 303


def mark(part: object) -> str:
    """What a page carries to say which state of a part its reader saw."""
    return hashlib.sha256(repr(part).encode()).hexdigest()[:24]


def save(
    request: HttpRequest,
    version: Version,
    *,
    subject: str,
    action: str,
    edit: Callable[[Definition], Definition],
    part: Part | None = None,
) -> HttpResponse | None:
    """Change the draft. None when it was done; else the page that says why not, with nothing saved."""
    seen = request.POST.get("seen", "")
    try:
        drafting.change(
            version=version,
            edit=edit,
            subject=subject,
            action=action,
            actor=access.actor(request),
            now=timezone.now(),
            seen=(lambda now: mark(part(now)) == seen) if part else None,
        )
    except InUse as refusal:
        definition = reading.definition_of(version)
        context = {"uses": reading.links(version, definition, refusal.uses), "subject": subject}
        return refused(request, version, "in-use", status=409, **context)
    except drafting.Overtaken:
        return refused(request, version, "overtaken", status=409, subject=subject, typed=_typed(request))
    except NotThere:
        return refused(request, version, "gone", status=409, subject=subject, typed=_typed(request))
    except drafting.NotADraft:
        return refused(request, version, "frozen", status=409, subject=subject, typed=_typed(request))
    return None


def refused(request: HttpRequest, version: Version, why: str, *, status: int, **context: Any) -> HttpResponse:
    """Why nothing was saved, and what to do next. What was typed is shown, so that it can be copied."""
    page = {"version": version, "slug": version.questionnaire.slug, "why": why, "here": request.path, **context}
    return render(request, "editor/refused.html", page, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    hidden = {"csrfmiddlewaretoken", "seen"}
    return [(name, value) for name, values in request.POST.lists() if name not in hidden for value in values if value]
