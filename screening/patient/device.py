"""What stays on the patient's device: the key to their form, and on the clinic's tablet that it is one.

Cookies only. They say nothing of the answers, and the address of a page never holds the key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from questionnaire.http import Request
from screening.actions import submissions
from screening.core.languages import SOURCE
from screening.patient import languages
from screening.queries.submission import LoadedSubmission, load_with_token

TABLET = "tablet"
"""The cookie of a clinic's tablet. It stays when a form is finished or cleared: no ordinary form opens
there."""
_TABLET_FOR = timedelta(days=365)


def cookie_name() -> str:
    """The name of the cookie that holds the key to the form."""
    return "form" if settings.PLAIN_HTTP else "__Host-form"


def has_key(request: Request) -> bool:
    """Whether this device holds the key to a form; the form itself may be gone."""
    return bool(request.COOKIES.get(cookie_name()))


def load_from_cookie(request: Request, now: datetime) -> LoadedSubmission:
    """The form this device holds the key to; from here on the page speaks its language.

    Raises FormNotFoundError, or FormExpiredError.
    """
    loaded = load_with_token(request.COOKIES.get(cookie_name(), ""), now=now)
    chosen = languages.read_chosen_language(request) if loaded.sent else ""
    translation.activate(chosen or loaded.row.language)
    return loaded


def keep_key(response: HttpResponse, token: str) -> None:
    """Give this device the key to its form, for as long as the form stays open."""
    _set_cookie(response, cookie_name(), token)


def drop_key(response: HttpResponse) -> None:
    """Take the key from this device; the language of its pages stays only until the browser is closed."""
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")
    languages.remember_language(response, translation.get_language() or SOURCE)


def keep_key_longer(request: Request, response: HttpResponse, loaded: LoadedSubmission) -> None:
    """After something was saved: the device keeps its key, and its language, while the form stays open."""
    if not loaded.sent:
        keep_key(response, request.COOKIES[cookie_name()])
        languages.remember_language(response, loaded.row.language, lasting=submissions.LIFETIME)


def mark_as_tablet(response: HttpResponse) -> None:
    """A form was begun on the clinic's own tablet: pages that know no form clear themselves there too."""
    _set_cookie(response, TABLET, "yes", lasting=_TABLET_FOR)


def unmark_tablet(response: HttpResponse) -> None:
    """Staff said so with a code: this is a device like any other again, with nobody's form on it."""
    drop_key(response)
    response.delete_cookie(TABLET, path="/", samesite="Lax")


def is_tablet(request: Request) -> bool:
    """Whether this is the clinic's tablet, with or without a form on it."""
    return bool(request.COOKIES.get(TABLET))


def _set_cookie(
    response: HttpResponse, name: str, value: str, *, lasting: timedelta = submissions.LIFETIME
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lasting,
        httponly=True,
        samesite="Lax",
        secure=not settings.PLAIN_HTTP,
        path="/",
    )
