"""When something is in the way: an honest status, typed answers kept, and help always within reach."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from screening.actions.resume import stash_page
from screening.actions.submissions import AlreadySentError, UnfinishedFormError
from screening.core.languages import NAMES
from screening.core.limits import STASHED_PAGES, client_address
from screening.patient import languages
from screening.patient.device import is_tablet
from screening.queries import clinic
from screening.queries.submission import FormExpiredError, FormNotFoundError

log = logging.getLogger("screening.patient")
View = Callable[..., HttpResponse]
_BUTTONS = frozenset({"csrfmiddlewaretoken", "language", "save", "swap", "keep"})
_MEANT_FOR_DJANGO = (Http404, PermissionDenied, SuspiciousOperation)


def patient_page(*methods: str) -> Callable[[View], View]:
    """A patient's view: these methods only.

    Anything that fails is answered with help and with what was typed.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guard(request: Request, *args: object, **kwargs: object) -> HttpResponse:
            with translation.override(languages.choose_language(request)):
                if request.method in allowed:
                    response = _call_view(view, request, *args, **kwargs)
                else:
                    response = _render_not_allowed(request, allowed)
                _keep_linked_language(request, response)
                return response

        return guard

    return decorate


def _call_view(view: View, request: Request, *args: object, **kwargs: object) -> HttpResponse:
    """What the view answers or, if something is in the way, a page that says so."""
    try:
        return view(request, *args, **kwargs)
    except _MEANT_FOR_DJANGO:
        raise
    except FormNotFoundError as missing:
        return _render_closed(request, expired=isinstance(missing, FormExpiredError))
    except AlreadySentError:
        return SeeOther(reverse("patient:result"))
    except UnfinishedFormError:
        return SeeOther(reverse("patient:carry-on"))
    except Exception:  # the patient gets help and keeps what they typed, whatever broke
        log.error("a patient's page failed", exc_info=True)
        return render_unavailable(request)


def render_unavailable(request: Request) -> HttpResponse:
    """503: the help page, with the typed answers in a form that sends them again."""
    return _render_error(request, "503.html", status=503, typed=_list_posted(request))


def bad_request(request: Request, exception: Exception) -> HttpResponse:
    """400, or 413 where more was sent than any answer needs."""
    too_big = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return (
        _render_outside(request, "413.html", status=413)
        if too_big
        else _render_outside(request, "400.html", status=400)
    )


def permission_denied(request: Request, exception: Exception) -> HttpResponse:
    """403."""
    return _render_outside(request, "403.html", status=403)


def not_found(request: Request, exception: Exception) -> HttpResponse:
    """404."""
    return _render_outside(request, "404.html", status=404)


def server_error(request: Request) -> HttpResponse:
    """500."""
    return _render_outside(request, "500.html", status=500)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """403: the form's own key was missing or old.

    What our own page sent can be sent again; a stranger's cannot.
    """
    return _render_outside(request, "403.html", status=403, typed=list_posted_here(request), forged=True)


def list_posted_here(request: Request) -> list[tuple[str, str]]:
    """What was posted by a page of ours; nothing if it came from elsewhere."""
    return _list_posted(request) if _is_from_our_own_page(request) else []


def _render_not_allowed(request: Request, allowed: tuple[str, ...]) -> HttpResponse:
    response = _render_error(request, "405.html", status=405)
    response["Allow"] = ", ".join(allowed)
    return response


def _render_closed(request: Request, *, expired: bool) -> HttpResponse:
    """410 for a form that was open too long, 403 without the key to one.

    What was typed is not lost with it.
    """
    typed = [(name, value) for name, value in _list_posted(request) if name not in _BUTTONS]
    kept = _stash_posted(request) if any(name != "seen" and value for name, value in typed) else ""
    shown = {"expired": expired, "kept": kept, "typed": [] if kept else typed}
    return _render_error(request, "patient/pages/closed.html", status=410 if expired else 403, **shown)


def _stash_posted(request: Request) -> str:
    """The one-time key to what was typed; "" where it could not be kept: then the page itself carries it."""
    try:
        address = client_address(request)
        if STASHED_PAGES.is_reached(address):
            return ""
        STASHED_PAGES.count(address)
        posted = {name: values for name, values in request.POST.lists() if name not in _BUTTONS}
        return stash_page(posted=posted, now=timezone.now())
    except DatabaseError:
        return ""


def _render_outside(request: Request, template: str, *, status: int, **context: object) -> HttpResponse:
    """A page that no view of ours answers, in the language chosen on this device."""
    with translation.override(languages.choose_language(request)):
        response = _render_error(request, template, status=status, **context)
    _keep_linked_language(request, response)
    return response


def _keep_linked_language(request: Request, response: HttpResponse) -> None:
    """A language that was chosen by a link on a page that only shows something."""
    if request.GET.get("language") in NAMES:
        languages.remember_language(response, request.GET["language"])


def _render_error(request: Request, template: str, *, status: int, **context: object) -> HttpResponse:
    """A page that needs no database: the clinic's settings are those this process last read."""
    values = clinic.remembered()
    shown = {
        "clinic": values,
        "kiosk": is_tablet(request),
        "other_languages": languages.list_other_languages(values.languages)
        if request.method == "GET"
        else [],
        "reviewed": languages.is_reviewed(None),
        **context,
    }
    return render(request, template, shown, status=status)


def _list_posted(request: Request) -> list[tuple[str, str]]:
    """What was posted, to be sent again unchanged."""
    pairs = request.POST.lists() if request.method == "POST" else []
    return [(name, value) for name, values in pairs for value in values if name != "csrfmiddlewaretoken"]


def _is_from_our_own_page(request: Request) -> bool:
    """Browsers say where a form came from; a page that does not say is not believed."""
    origin = request.headers.get("Origin")
    if origin:
        return origin == f"{request.scheme}://{request.get_host()}"
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()
