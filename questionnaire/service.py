"""What the instrument asks of the service it runs in: a few answers and addresses, and nothing else.

The service registers one object with these methods when it starts. Nothing here knows which service it is, so
no page of the editor can reach a patient's row. Not every reader is allowed to open the pages it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from questionnaire.definition import Definition


class ServicePort(Protocol):
    """The service, as far as the instrument knows it."""

    def second_person_needed(self) -> bool:
        """Whether a change to a flag must be published by somebody else than its author."""

    def preview_address(self, slug: str, number: int) -> str:
        """Where a version can be walked through as a patient meets it."""

    def preview_address_of(
        self,
        slug: str,
        number: int,
        *,
        definition: Definition,
        answers: Mapping[str, Any],
    ) -> str:
        """The same with a made-up person in it, who has answered everything they are asked.

        `definition` is what the version says now, `answers` what this person says, by link id.
        """

    def specification_pdf_address(self, slug: str, number: int) -> str:
        """The specification of a version as a PDF."""

    def impact_address(self, slug: str, number: int) -> str:
        """Where past submissions are judged anew under a draft, for people who may see submissions."""


class NoServiceError(RuntimeError):
    """The instrument runs without a service."""


_registered: ServicePort | None = None


def register_service(port: ServicePort) -> None:
    """Make this the service that the instrument runs in. Called when the service's Django app is ready."""
    global _registered
    _registered = port


def service() -> ServicePort:
    """The service that the instrument runs in.

    Raises NoServiceError where none was registered.
    """
    if _registered is None:
        raise NoServiceError("no service is registered: its AppConfig.ready() must call register_service()")
    return _registered
