"""Two versions side by side, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.changes.comparison import differences
from questionnaire.editor import access, current_text
from questionnaire.models import Version


@access.editor("GET")
def compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """What changed from version `other` to version `number`."""
    version, earlier = access.load(slug, number), access.load(slug, other)
    found = differences(current_text.definition_of(earlier), current_text.definition_of(version))
    others = Version.objects.filter(questionnaire=version.questionnaire_id).exclude(pk__in=[version.pk, earlier.pk])
    context = {
        "here": "editor",
        "version": version,
        "earlier": earlier,
        "slug": slug,
        "differences": found,
        "others": others.order_by("-number"),
    }
    return render(request, "editor/pages/compare.html", context)
