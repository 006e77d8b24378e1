"""Two versions side by side, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.comparing import differences
from questionnaire.editor import access, reading


@access.editor("GET")
def compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """What changed from version `other` to version `number`."""
    version, earlier = access.load(slug, number), access.load(slug, other)
    found = differences(reading.definition_of(earlier), reading.definition_of(version))
    context = {"version": version, "earlier": earlier, "slug": slug, "differences": found}
    return render(request, "editor/compare.html", context)
