"""One page as a patient sees it, apart from the request it answers.

A view decides which page comes next; a `build_…_page` function beside it says what stands on it. A preview
calls the same functions with a draft and shows what they return in a frame, so there is no second rendering
of any page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation

from questionnaire.definition import Definition
from questionnaire.http import Request
from questionnaire.presenters.reader import Reader
from screening.patient import languages
from screening.patient.device import is_tablet
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission


@dataclass(frozen=True)
class PatientPage:
    """A template and what it is filled with."""

    template: str
    context: Mapping[str, Any]
    values: ClinicValues
    """The clinic's names, numbers and settings."""
    loaded: LoadedSubmission | None = None
    """The form that is open; None for a page that knows none."""
    status: int = 200


def render_page(request: Request, page: PatientPage) -> HttpResponse:
    """The answer to a patient's request."""
    context = {**describe_surroundings(page, on_tablet=is_tablet(request)), **page.context}
    return render(request, page.template, context, status=page.status)


def describe_surroundings(page: PatientPage, *, on_tablet: bool = False) -> dict[str, Any]:
    """What every page has: the clinic, whether it is on a tablet, and its languages."""
    loaded = page.loaded
    return {
        "clinic": page.values,
        "kiosk": on_tablet or (loaded is not None and loaded.row.kiosk),
        "other_languages": languages.list_other_languages(
            page.values.languages, loaded.definition.languages if loaded else None
        ),
        "reviewed": languages.is_reviewed(loaded),
    }


def find_clinic_values(loaded: LoadedSubmission) -> ClinicValues:
    """The clinic as it is now or, once the form was sent, as it was then."""
    return clinic.by_id(loaded.row.settings_id if loaded.sent else loaded.newest_settings)


def read_start_heading(definition: Definition | None, values: ClinicValues) -> str:
    """What a questionnaire says at the top of its start page; "" where none is open, or it says nothing."""
    text = definition.texts_by_id.get("start-heading") if definition else None
    return values.reader(translation.get_language() or "en").words(text)


def make_reader(loaded: LoadedSubmission, values: ClinicValues) -> Reader:
    """The patient as a reader: the language of the page, and the clinic's numbers."""
    language = translation.get_language() or loaded.row.language
    return values.reader(language)
