"""The questionnaires and their versions: which one patients are asked, which are drafts, and who published what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire import publishing
from questionnaire.editor import access, reading
from questionnaire.editor.saving import SeeOther
from questionnaire.models import Questionnaire


@access.editor("GET")
def questionnaires(request: HttpRequest) -> HttpResponse:
    found = Questionnaire.objects.prefetch_related("versions__document", "versions__history").order_by("slug")
    rows = [(q, sorted(q.versions.all(), key=lambda version: -version.number)) for q in found]
    return render(request, "editor/questionnaires.html", {"rows": rows})


@access.editor("POST", may=access.EDIT)
def draft(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new draft that says what this version says: to go on from it, or to go back to it."""
    version = access.load(slug, number)
    made = publishing.draft_from(
        definition=reading.definition_of(version),
        actor=access.actor(request),
        now=timezone.now(),
        note=f"made from version {number}",
    )
    return SeeOther(reverse("editor:outline", args=[slug, made.number]))
