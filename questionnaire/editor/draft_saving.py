"""From a form to the draft: what the editor saw is compared with what is there, then changed in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire import translations
from questionnaire.actions import drafts
from questionnaire.changes.edits import InUse, NotThere
from questionnaire.definition import Definition
from questionnaire.editor import access, account_names, current_text
from questionnaire.models import HistoryEvent, Version

Part = Callable[[Definition], object]
"""The part of a definition that a page edits."""
FormOf = Callable[[Definition], forms.Form]
"""The page's form as it would be shown now."""


@dataclass(frozen=True)
class Typed:
    """What was typed into one field, and what stands there now."""

    label: str
    typed: str
    now: str


_HIDDEN = frozenset({"csrfmiddlewaretoken", "seen", "do"})


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
    form_of: FormOf | None = None,
) -> HttpResponse | None:
    """Change the draft. None when it was done; else the page that says why not, with nothing saved."""
    seen = request.POST.get("seen", "")
    try:
        drafts.change(
            version=version,
            edit=lambda now: translations.follow(now, edit(now)),
            subject=subject,
            action=action,
            actor=access.actor(request),
            now=timezone.now(),
            seen=(lambda now: mark(part(now)) == seen) if part else None,
        )
    except InUse as refusal:
        definition = current_text.definition_of(version)
        uses = current_text.links(version, definition, refusal.uses)
        only_stories = subject.startswith("flag ") and all(use.is_story for use in uses)
        return refused(request, version, "in-use", status=409, subject=subject, uses=uses, only_stories=only_stories)
    except drafts.Overtaken as overtaken:
        gone = part is not None and part(overtaken.now) is None
        fresh = form_of(overtaken.now) if form_of and not gone else None
        why, last = "gone" if gone else "overtaken", _last(version, subject)
        return refused(request, version, why, status=409, subject=subject, typed=_typed(request, fresh), last=last)
    except NotThere:
        last = _last(version, subject)
        return refused(request, version, "gone", status=409, subject=subject, typed=_typed(request), last=last)
    except drafts.NotADraft:
        return refused(request, version, "frozen", status=409, subject=subject, typed=_typed(request))
    return None


def frozen(request: HttpRequest, version: Version, subject: str) -> HttpResponse | None:
    """The page that says so, when this version cannot be changed at all."""
    if version.state == Version.State.DRAFT:
        return None
    return refused(request, version, "frozen", status=409, subject=subject, typed=_typed(request))


def gone(request: HttpRequest, version: Version, subject: str) -> HttpResponse:
    """The page that says so, with what was typed, for a part that was once there; 404 for any other."""
    if request.method != "POST" or (last := _last(version, subject)) is None:
        raise Http404
    access.require(request, access.EDIT)
    return refused(request, version, "gone", status=409, subject=subject, typed=_typed(request), last=last)


def refused(request: HttpRequest, version: Version, why: str, *, status: int, **context: Any) -> HttpResponse:
    """Why nothing was saved, and what to do next. What was typed is shown, so that it can be copied."""
    page = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "why": why,
        "address": request.path,
        **context,
    }
    return render(request, "editor/pages/refused.html", page, status=status)


def _typed(request: HttpRequest, fresh: forms.Form | None = None) -> list[Typed]:
    """Everything typed; where the form of now is known, only what differs from it, by its label."""
    if fresh is None:
        return [
            Typed(name, value, "")
            for name, values in request.POST.lists()
            if name not in _HIDDEN
            for value in values
            if value
        ]
    found = []
    for field in fresh:
        value = field.value()
        typed, now = request.POST.getlist(field.html_name), value if isinstance(value, list | tuple) else [value]
        pair = (", ".join(typed).replace("\r\n", "\n"), ", ".join(str(v) for v in now if v not in (None, False)))
        if isinstance(field.field, forms.BooleanField):
            pair = (_yes_no(bool(typed)), _yes_no(bool(value)))
        if pair[0].strip() != pair[1].strip() and not field.field.disabled:
            found.append(Typed(str(field.label), *pair))
    return found


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _last(version: Version, subject: str) -> tuple[HistoryEvent, str] | None:
    """The newest act on this part, and who did it."""
    event = version.history.filter(subject=subject).order_by("-pk").first()
    return (event, account_names.called([event.actor])[event.actor]) if event else None
