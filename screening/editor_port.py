"""What the editor may ask of this service: see questionnaire/service.py. Registered when the app is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from questionnaire.definition import Definition
from screening.preview.preview_patient import PreviewPatient, write_address
from screening.queries import clinic


class EditorPort:
    """This service, as the editor sees it: one setting of the clinic, and the addresses of a few pages."""

    def second_person_needed(self) -> bool:
        return clinic.second_person_needed()

    def preview_address(self, slug: str, number: int) -> str:
        return reverse("preview:version", args=[slug, number])

    def preview_address_of(
        self,
        slug: str,
        number: int,
        *,
        definition: Definition,
        answers: Mapping[str, Any],
    ) -> str:
        return write_address(self.preview_address(slug, number), PreviewPatient.of(definition, answers))

    def specification_pdf_address(self, slug: str, number: int) -> str:
        return reverse("staff:specification-pdf", args=[slug, number])

    def impact_address(self, slug: str, number: int) -> str:
        return reverse("staff:impact", args=[slug, number])
