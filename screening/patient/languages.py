"""In which language a page is shown: its form's own if one is open, else the one chosen or the browser's.

A choice is kept in a cookie that says nothing but the language, so that pages without a form follow it too;
after a choice the browser's own setting no longer counts. While a form is open the cookie lasts as long as
the form does: the help page and a page that failed speak the form's language too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from questionnaire import translations
from questionnaire.actions import publishing
from questionnaire.http import Request
from screening.core.languages import NAMES, SOURCE
from screening.queries import clinic
from screening.queries.submission import LoadedSubmission

REVIEWED_BY: dict[str, str] = {"es": ""}
"""Who reviewed the words of the pages themselves (locale/) in this language; empty while nobody has."""


@dataclass(frozen=True)
class LanguageChoice:
    """A language this page can be changed to, by its own name."""

    code: str
    name: str


def choose_language(request: Request) -> str:
    """The language of a page that belongs to no open form."""
    offered = clinic.remembered().languages
    language = read_chosen_language(request) or translation.get_language_from_request(request)
    return language if language in offered else next(iter(offered), SOURCE)


def read_chosen_language(request: Request) -> str:
    """The language that was chosen on this device, in this address or before; empty where none was."""
    for code in (request.GET.get("language", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        if code in NAMES:
            return code
    return ""


def read_pressed_language(request: Request) -> str:
    """The language whose button was pressed; empty where another button was."""
    code = request.POST.get("language", "")
    return code if code in NAMES else ""


def remember_language(response: HttpResponse, code: str, *, lasting: timedelta | None = None) -> None:
    """Keep this choice on the device, until the browser is closed where no time is said."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=lasting,
        httponly=True,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        path="/",
    )


def list_other_languages(
    offered: Collection[str], also_in: Collection[str] | None = None
) -> list[LanguageChoice]:
    """The languages this page can be changed to.

    `offered`: the clinic's. `also_in`: those of the questionnaire, where a form is open.
    """
    shown = translation.get_language()
    codes = [
        code for code in offered if code in NAMES and code != shown and (also_in is None or code in also_in)
    ]
    return [LanguageChoice(code, NAMES[code]) for code in codes]


def is_reviewed(loaded: LoadedSubmission | None) -> bool:
    """Whether a person has reviewed all the words of this page in its language.

    Nobody has to review the source.
    """
    language = translation.get_language() or SOURCE
    if language == SOURCE:
        return True
    return bool(REVIEWED_BY.get(language)) and (loaded is None or _content_is_reviewed(loaded, language))


def _content_is_reviewed(loaded: LoadedSubmission, language: str) -> bool:
    if loaded.draft is not None:
        return translations.find_translation_state(loaded.draft, language).is_reviewed
    return _version_is_reviewed(loaded.row.version_id, language)


@lru_cache(maxsize=32)
def _version_is_reviewed(version_id: int, language: str) -> bool:
    return translations.find_translation_state(publishing.load_definition(version_id), language).is_reviewed
