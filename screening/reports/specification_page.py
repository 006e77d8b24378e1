"""A version's specification as a tagged PDF, to read and to sign; the editor's page links to it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone

from questionnaire.actions import drafts, publishing
from questionnaire.document import compute_fingerprint
from questionnaire.http import StaffRequest
from questionnaire.models import Version
from questionnaire.rules.parsing import ConditionError
from screening.core import access
from screening.reports.printing import Layout
from screening.reports.specification import typeset_specification


@access.staff_page("GET", may=access.READ_VERSIONS)
def download_specification(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A draft whose conditions cannot be read yet has no such document.

    Raises Http404 for that, and for a version that does not exist.
    """
    version = (
        Version.objects.select_related("questionnaire")
        .filter(questionnaire__slug=slug, number=number)
        .first()
    )
    if version is None:
        raise Http404
    drafted = version.state in {Version.State.DRAFT, Version.State.IN_REVIEW}
    definition = drafts.read_draft(version) if drafted else publishing.load_definition(version.pk)
    try:
        pdf = typeset_specification(
            definition,
            number=version.number,
            fingerprint=compute_fingerprint(definition),
            state=version.get_state_display(),
            now=timezone.now(),
            layout=Layout.from_query(request.GET),
        )
    except (ConditionError, KeyError):
        raise Http404 from None
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.pdf"'
    return response
