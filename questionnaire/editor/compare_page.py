"""Two versions side by side, in words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.changes.comparison import compare_definitions
from questionnaire.editor import access, current_text
from questionnaire.http import StaffRequest
from questionnaire.models import Version


@access.require_editor("GET")
def compare_versions(request: StaffRequest, slug: str, number: int, other: int) -> HttpResponse:
    """What changed from version `other` to version `number`."""
    version, earlier = access.load_version(slug, number), access.load_version(slug, other)
    others = Version.objects.filter(questionnaire=version.questionnaire_id).exclude(
        pk__in=[version.pk, earlier.pk]
    )
    context = {
        "here": "editor",
        "version": version,
        "earlier": earlier,
        "slug": slug,
        "differences": compare_definitions(
            current_text.read_definition(earlier), current_text.read_definition(version)
        ),
        "others": others.order_by("-number"),
    }
    return render(request, "editor/pages/compare.html", context)
