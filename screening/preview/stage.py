"""One moment of a preview: which version, at which address, who is on the way, and their form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from questionnaire.definition import Definition
from questionnaire.http import Request
from questionnaire.models import Version
from screening.patient.rendering import find_clinic_values
from screening.preview.made_up_form import make_form
from screening.preview.preview_patient import SENT, PreviewPatient, write_address
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission


@dataclass(frozen=True)
class Stage:
    """What every page of a preview is made from."""

    request: Request
    version: Version
    definition: Definition
    """What the version says now; of a draft, that changes."""
    base: str
    """The address of this preview, without what it carries."""
    patient: PreviewPatient
    now: datetime

    @cached_property
    def form(self) -> LoadedSubmission:
        """The made-up patient's form. Raises ConditionError or KeyError for a draft that cannot be judged."""
        return make_form(self.patient, self.definition, settings_id=clinic.find_newest_id(), now=self.now)

    @property
    def values(self) -> ClinicValues:
        """The clinic as it is now."""
        return find_clinic_values(self.form)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def is_posted(self) -> bool:
        return self.request.method == "POST"

    @property
    def is_at_result(self) -> bool:
        """Whether the address says that the answers were checked and sent."""
        return SENT in self.request.GET

    def at(
        self, patient: PreviewPatient, page: int | None = None, *, sent: bool = False, beside: str = ""
    ) -> str:
        """Where this preview shows that person."""
        return write_address(self.base, patient, page=page, sent=sent, beside=beside)
