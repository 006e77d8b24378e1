"""What every page of the journey needs: the form this device holds the key to, where to go next, and how to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from questionnaire.definition import Definition
from questionnaire.http import Request, SeeOther
from questionnaire.presenters.reader import Reader
from screening.actions import submissions
from screening.core.languages import SOURCE
from screening.patient import languages
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission, load_with_token

TABLET = "tablet"
"""The cookie of a tablet with a form on it, until it is cleared. It says nothing else."""


def cookie_name() -> str:
    return "form" if settings.PLAIN_HTTP else "__Host-form"


def keep_token(response: HttpResponse, token: str) -> None:
    """Give this device the key to its form, for as long as the form stays open."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=submissions.LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=not settings.PLAIN_HTTP,
        path="/",
    )


def drop_token(response: HttpResponse) -> None:
    """Take the key from this device; the language of its pages stays only until the browser is closed."""
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")
    languages.remember(response, translation.get_language() or SOURCE)


def mark_tablet(response: HttpResponse) -> None:
    """A form was begun on the clinic's own tablet: pages that know no form clear themselves there too."""
    response.set_cookie(
        TABLET,
        "yes",
        max_age=submissions.LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=not settings.PLAIN_HTTP,
        path="/",
    )


def is_tablet(request: Request) -> bool:
    return bool(request.COOKIES.get(TABLET))


def load_from_cookie(request: Request, now: datetime) -> LoadedSubmission:
    """The form this device holds the key to; from here on the page speaks its language.

    Raises FormNotFoundError, or FormExpiredError.
    """
    loaded = load_with_token(request.COOKIES.get(cookie_name(), ""), now=now)
    chosen = languages.chosen_by(request) if loaded.sent else ""
    translation.activate(chosen or loaded.row.language)
    return loaded


def clinic_of(loaded: LoadedSubmission) -> ClinicValues:
    """The clinic as it is now or, once the form was sent, as it was then."""
    return clinic.by_id(loaded.row.settings_id if loaded.sent else loaded.newest_settings)


def reader_of(loaded: LoadedSubmission, values: ClinicValues) -> Reader:
    return Reader(translation.get_language() or loaded.row.language, values.emergency_number, values.crisis_number)


def next_address(loaded: LoadedSubmission) -> str:
    """Where this patient goes from here: replayed from the first question every time."""
    if loaded.sent:
        return reverse("patient:result")
    if loaded.response.pending:
        return reverse("patient:interruption")
    if loaded.walk.next is not None:
        return reverse("patient:question", args=[loaded.walk.next])
    return reverse("patient:you" if loaded.row.identity is None else "patient:check")


def onwards(request: Request, loaded: LoadedSubmission, *, changed: str = "") -> SeeOther:
    """Go on; after something was saved the device keeps its key as long as the form stays open.

    Whoever changed an answer on the check page comes straight back to it there, once nothing new is to be asked.
    """
    target = next_address(loaded)
    back = f"#a-{changed}" if changed and loaded.complete and loaded.response.checking else ""
    response = SeeOther(target + back)
    if request.method == "POST":
        keep_device(request, response, loaded)
    return response


def keep_device(request: Request, response: HttpResponse, loaded: LoadedSubmission) -> None:
    """After something was saved: this device keeps its key, and its language, as long as the form now stays open."""
    if not loaded.sent:
        keep_token(response, request.COOKIES[cookie_name()])
        languages.remember(response, loaded.row.language, for_=submissions.LIFETIME)


def place(definition: Definition, number: int) -> tuple[int, int]:
    """Section and question number within it, for the page's title."""
    section = definition.section_of_page[number]
    first = next(n for n, other in definition.section_of_page.items() if other is section)
    return definition.sections.index(section) + 1, number - first + 1


def title_of(definition: Definition, number: int) -> str:
    """A page title that is unique and names no condition."""
    section, question = place(definition, number)
    return _("Section %(section)s, question %(question)s") % {"section": section, "question": question}


def answer(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    values: ClinicValues,
    loaded: LoadedSubmission | None = None,
    status: int = 200,
) -> HttpResponse:
    """One page, with the clinic's names and numbers and, where a form is open, in its languages."""
    always = {
        "clinic": values,
        "kiosk": is_tablet(request) or (loaded is not None and loaded.row.kiosk),
        "other_languages": languages.others(values.languages, loaded.definition.languages if loaded else None),
        "reviewed": languages.is_reviewed(loaded.row.version_id if loaded else None),
    }
    return render(request, template, {**always, **context}, status=status)
