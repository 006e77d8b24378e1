"""From a form to the draft: what the editor saw is compared with what is there, then changed at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire import translations
from questionnaire.actions import drafts
from questionnaire.changes.edits import PartNotFoundError
from questionnaire.changes.uses import InUseError
from questionnaire.definition import Definition
from questionnaire.editor import access, account_names, current_text, part_links
from questionnaire.http import StaffRequest
from questionnaire.models import HistoryEvent, Version

Part = Callable[[Definition], object]
"""The part of a definition that a page edits."""
FormOf = Callable[[Definition], forms.Form]
"""The page's form as it would be shown now."""

_HIDDEN = frozenset({"csrfmiddlewaretoken", "seen", "do"})


class Refusal(StrEnum):
    """Why nothing was saved; the page refused.html has words for each."""

    FROZEN = "frozen"
    """The version is not a draft, or no longer one."""
    GONE = "gone"
    """The part was taken out of the draft meanwhile."""
    SUPERSEDED = "superseded"
    """The part was changed after the page was shown."""
    IN_USE = "in-use"
    """Other parts use it, so it cannot be taken out."""


@dataclass(frozen=True)
class TypedField:
    """What was typed into one field, and what stands there now."""

    label: str
    typed: str
    now: str


def mark_of(part: object) -> str:
    """What a page carries to say which state of a part its reader saw."""
    return hashlib.sha256(repr(part).encode()).hexdigest()[:24]


def save_or_refuse(
    request: StaffRequest,
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
        drafts.save_change(
            version=version,
            edit=lambda now: translations.update_records(now, edit(now)),
            subject=subject,
            action=action,
            actor=access.actor_of(request),
            now=timezone.now(),
            seen=(lambda now: mark_of(part(now)) == seen) if part else None,
        )
    except InUseError as error:
        return _refuse_used_part(request, version, subject, error)
    except PartNotFoundError:
        return _refuse_with_last_change(request, version, Refusal.GONE, subject)
    except drafts.SupersededError as error:
        return _refuse_superseded(request, version, subject, error.now, part, form_of)
    except drafts.NotADraftError:
        return refuse(request, version, Refusal.FROZEN, subject, typed=_list_typed(request))
    return None


def refuse_if_frozen(request: StaffRequest, version: Version, subject: str) -> HttpResponse | None:
    """The page that says so, when this version cannot be changed at all."""
    if version.state == Version.State.DRAFT:
        return None
    return refuse(request, version, Refusal.FROZEN, subject, typed=_list_typed(request))


def refuse_missing_part(request: StaffRequest, version: Version, subject: str) -> HttpResponse:
    """The page that says that a part is gone, with what was typed.

    Raises Http404 for a part that never was, and for a page that is only read.
    """
    if request.method != "POST" or _find_last_change(version, subject) is None:
        raise Http404
    return _refuse_with_last_change(request, version, Refusal.GONE, subject)


def refuse(
    request: StaffRequest, version: Version, why: Refusal, subject: str, **context: Any
) -> HttpResponse:
    """Why nothing was saved, and what to do next. What was typed is shown, so that it can be copied."""
    page = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "why": why,
        "subject": subject,
        "address": request.path,
        **context,
    }
    return render(request, "editor/pages/refused.html", page, status=409)


def _refuse_superseded(
    request: StaffRequest,
    version: Version,
    subject: str,
    now: Definition,
    part: Part | None,
    form_of: FormOf | None,
) -> HttpResponse:
    """A colleague was faster. `now`: what the draft says after them."""
    if part is not None and part(now) is None:
        return _refuse_with_last_change(request, version, Refusal.GONE, subject)
    return _refuse_with_last_change(
        request, version, Refusal.SUPERSEDED, subject, form_of(now) if form_of else None
    )


def _refuse_used_part(
    request: StaffRequest, version: Version, subject: str, refusal: InUseError
) -> HttpResponse:
    uses = part_links.link_uses(version, current_text.read_definition(version), refusal.uses)
    only_stories = subject.startswith("flag ") and all(use.is_story for use in uses)
    return refuse(request, version, Refusal.IN_USE, subject, uses=uses, only_stories=only_stories)


def _refuse_with_last_change(
    request: StaffRequest, version: Version, why: Refusal, subject: str, form_now: forms.Form | None = None
) -> HttpResponse:
    last = _find_last_change(version, subject)
    return refuse(request, version, why, subject, typed=_list_typed(request, form_now), last=last)


def _find_last_change(version: Version, subject: str) -> tuple[HistoryEvent, str] | None:
    """The newest act on this part, and who did it."""
    event = version.history.filter(subject=subject).order_by("-pk").first()
    return (event, account_names.find_names([event.actor])[event.actor]) if event else None


# What was typed ---------------------------------------------------------------------------------------------


def _list_typed(request: StaffRequest, form_now: forms.Form | None = None) -> list[TypedField]:
    """Everything typed; where the form of now is known, only what differs from it, by its label."""
    if form_now is None:
        return list(_list_everything_typed(request))
    typed = (_compare_typed(request, field) for field in form_now if not field.field.disabled)
    return [field for field in typed if field.typed.strip() != field.now.strip()]


def _list_everything_typed(request: StaffRequest) -> Iterator[TypedField]:
    for name, values in request.POST.lists():
        if name not in _HIDDEN:
            yield from (TypedField(name, value, "") for value in values if value)


def _compare_typed(request: StaffRequest, field: BoundField) -> TypedField:
    """What was typed into a field, beside what it shows now."""
    label, value, typed = str(field.label), field.value(), request.POST.getlist(field.html_name)
    if isinstance(field.field, forms.BooleanField):
        return TypedField(label, _yes_or_no(bool(typed)), _yes_or_no(bool(value)))
    values = value if isinstance(value, list | tuple) else [value]
    now = ", ".join(str(one) for one in values if one not in (None, False))
    return TypedField(label, ", ".join(typed).replace("\r\n", "\n"), now)


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
