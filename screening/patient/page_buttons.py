"""The other buttons of every form page: another language, save and come back.

They validate nothing and send nothing. What stands on the page is kept as it was typed and shown again just
so; an urgent answer in it still comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.actions.resume import ensure_return_code
from screening.core.patient_response import TypedPage
from screening.patient import languages
from screening.patient.device import keep_key_longer
from screening.queries.submission import LoadedSubmission

_LONGEST = 100_000


def read_typed(request: Request, names: Iterable[str], *, seen: str = "") -> TypedPage:
    """What was posted under these names, as it came."""
    posted = ((name, request.POST.getlist(name)) for name in names)
    return TypedPage(
        seen, {name: tuple(value[:_LONGEST] for value in values) for name, values in posted if values}
    )


def change_language(request: Request, loaded: LoadedSubmission, now: datetime, *, to: str) -> HttpResponse:
    """Another language, on a page where nothing is typed. Once it was sent, only what is shown changes."""
    code = languages.read_pressed_language(request)
    if not loaded.sent:
        submissions.change_language(loaded=loaded, language=code, now=now)
    return keep_pressed_language(SeeOther(to), request, loaded)


def keep_pressed_language(response: HttpResponse, request: Request, loaded: LoadedSubmission) -> HttpResponse:
    """The same answer; the language that was pressed is kept on this device with the key to the form."""
    keep_key_longer(request, response, loaded)
    lasting = None if loaded.sent else submissions.LIFETIME
    languages.remember_language(response, languages.read_pressed_language(request), lasting=lasting)
    return response


def is_saving(request: Request) -> bool:
    """Whether "Save and come back" was pressed."""
    return request.method == "POST" and "save" in request.POST


def redirect_to_code(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    """On to the page with the code to come back with."""
    ensure_return_code(loaded=loaded, now=now)
    response = SeeOther(reverse("patient:save"))
    keep_key_longer(request, response, loaded)
    return response
