"""Addresses of previews, as tests open them."""

from __future__ import annotations

from django.urls import reverse

from questionnaire.models import Version
from screening.preview.preview_patient import PreviewPatient, write_address


def write_preview_address(
    version: Version, patient: PreviewPatient, *, page: int | None = None, sent: bool = False
) -> str:
    """The preview of a version with this person on a page, at their result (`sent`), or where they are."""
    base = reverse("preview:version", args=[version.questionnaire.slug, version.number])
    return write_address(base, patient, page=page, sent=sent)
