"""Which questionnaire a new form opens: a setting of the clinic, so that no page names one."""

from __future__ import annotations

from django.db.models import QuerySet

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.queries.clinic import ClinicValues


def find_version_to_open(values: ClinicValues) -> Version | None:
    """The published version that the start page, a tablet and a new invitation open; None where nothing is
    published.

    The clinic's choice or, where it made none, the questionnaire that was here first.
    """
    if values.questionnaire:
        return publishing.find_published(values.questionnaire)
    return list_published_versions().first()


def list_published_versions() -> QuerySet[Version]:
    """Every version that new patients can be asked, the oldest questionnaire first."""
    published = Version.objects.filter(state=Version.State.PUBLISHED).select_related("questionnaire")
    return published.order_by("questionnaire_id")
