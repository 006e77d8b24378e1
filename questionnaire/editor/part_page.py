"""The page of any one part: its form, who uses it, its translations; and saving what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.changes.uses import Use
from questionnaire.definition import Definition
from questionnaire.editor import current_text, part_links
from questionnaire.editor.draft_saving import mark_of, refuse_if_frozen, refuse_missing_part, save_or_refuse
from questionnaire.editor.text_fields import disable_fields
from questionnaire.editor.translation_review import list_translations
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version

Edit = Callable[[Definition], Definition]


def _find_no_uses(definition: Definition, id: str) -> tuple[Use, ...]:
    return ()


def _show_no_more(definition: Definition, part: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class PartKind:
    """A kind of part, as its page knows it."""

    name: str
    """question | flag | section | topic | text | score"""
    template: str
    find: Callable[[Definition, str], Any]
    """The part with this id, or None."""
    form: Callable[[Definition, Any, Any], Any]
    """Its form: (definition, part, what was typed or None)."""
    edit: Callable[[Version, Any], Edit]
    """From a valid form to the change of the draft."""
    find_uses: Callable[[Definition, str], tuple[Use, ...]] = _find_no_uses
    more: Callable[[Definition, Any], dict[str, Any]] = _show_no_more
    """What else its page shows."""


def edit_part(request: StaffRequest, version: Version, kind: PartKind, id: str) -> HttpResponse:
    """Show a part, or save what was typed into its form. Raises Http404 where there is no such part."""
    definition = current_text.read_definition(version)
    part, subject = kind.find(definition, id), f"{kind.name} {id}"
    if part is None:
        return refuse_missing_part(request, version, subject)
    if request.method != "POST":
        return show_part(request, version, definition, kind, kind.form(definition, part, None), part, id)
    form = kind.form(definition, part, request.POST)
    if refusal := refuse_if_frozen(request, version, subject):
        return refusal
    if not form.is_valid():
        return show_part(request, version, definition, kind, form, part, id)
    trouble = save_or_refuse(
        request,
        version,
        subject=subject,
        action="changed",
        edit=kind.edit(version, form),
        part=lambda now: kind.find(now, id),
        form_of=lambda now: kind.form(now, kind.find(now, id), None),
    )
    return trouble or SeeOther(f"{request.path}?saved=1")


def show_part(
    request: StaffRequest,
    version: Version,
    definition: Definition,
    kind: PartKind,
    form: forms.Form,
    part: Any = None,
    id: str = "",
) -> HttpResponse:
    """The page of a part; of a new one that is not there yet where `part` is None."""
    if not (can_edit := current_text.can_edit(request, version)):
        disable_fields(form)
    context = {
        "here": "editor",
        "form": form,
        "version": version,
        "slug": version.questionnaire.slug,
        "kind": kind.name,
        "id": id,
        "seen": request.POST.get("seen") or (mark_of(part) if part else ""),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": can_edit,
        "uses": part_links.link_uses(version, definition, kind.find_uses(definition, id)) if part else [],
        "translated": list_translations(definition, f"{kind.name} {id}") if part else [],
        **kind.more(definition, part),
    }
    return render(request, kind.template, context, status=422 if form.errors else 200)
