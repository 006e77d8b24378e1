"""The page of any one part: its form, who uses it, its translations; and saving what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.changes.edits import Use
from questionnaire.definition import Definition
from questionnaire.editor import access, current_text
from questionnaire.editor.draft_saving import change_draft, mark_of, refuse_if_frozen, refuse_missing_part
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.text_fields import freeze
from questionnaire.editor.translation_review import strings
from questionnaire.http import SeeOther
from questionnaire.models import Version

Edit = Callable[[Definition], Definition]


def _nobody(definition: Definition, id: str) -> tuple[Use, ...]:
    return ()


def _nothing(definition: Definition, part: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of part, as its page knows it."""

    name: str
    """question | flag | section | topic | score"""
    template: str
    find: Callable[[Definition, str], Any]
    """The part with this id, or None."""
    form: Callable[[Definition, Any, Any], Any]
    """Its form: (definition, part, what was typed or None)."""
    edit: Callable[[Version, Any], Edit]
    """From a valid form to the change of the draft."""
    uses: Callable[[Definition, str], tuple[Use, ...]] = _nobody
    shows: Callable[[Definition, Any], dict[str, Any]] = _nothing
    """What else its page shows."""


def page(request: EditorRequest, slug: str, number: int, kind: Kind, id: str) -> HttpResponse:
    """Show a part, or save what was typed into its form."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    found, subject = kind.find(definition, id), f"{kind.name} {id}"
    if found is None:
        return refuse_missing_part(request, version, subject)
    form = kind.form(definition, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if refusal := refuse_if_frozen(request, version, subject):
            return refusal
        if form.is_valid():
            trouble = change_draft(
                request,
                version,
                subject=subject,
                action="changed",
                edit=kind.edit(version, form),
                part=lambda now: kind.find(now, id),
                form_of=lambda now: kind.form(now, kind.find(now, id), None),
            )
            return trouble or SeeOther(f"{request.path}?saved=1")
    return show(request, version, definition, kind, form, id, found)


def show(
    request: EditorRequest,
    version: Version,
    definition: Definition,
    kind: Kind,
    form: forms.Form,
    id: str = "",
    found: Any = None,
) -> HttpResponse:
    """The page of a part; of a new one that is not there yet where `found` is None."""
    if not (can_edit := current_text.can_edit(request, version)):
        freeze(form)
    texts = [text for text in definition.patient_texts() if f"{text[0]} ".startswith(f"{kind.name} {id} ")]
    context = {
        "here": "editor",
        "form": form,
        "version": version,
        "slug": version.questionnaire.slug,
        "kind": kind.name,
        "id": id,
        "seen": request.POST.get("seen") or (mark_of(found) if found else ""),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": can_edit,
        "uses": current_text.links(version, definition, kind.uses(definition, id)) if found else [],
        "translated": strings(definition, texts) if found else [],
        **kind.shows(definition, found),
    }
    return render(request, kind.template, context, status=422 if form.errors else 200)
