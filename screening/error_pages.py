"""Pages for what went wrong: patients get help and their form back, people who work here get the desk."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from screening.patient import errors as patients

_DESK = ("/staff/", "/editor/")
_ENTRANCE = "/accounts/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where too much was sent."""
    response = patients.bad_request(request, exception)
    return _at_the_desk(request, response.status_code) or response


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _at_the_desk(request, 403) or patients.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _at_the_desk(request, 404) or patients.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _at_the_desk(request, 500) or patients.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's own key is old. What was typed on the desk can be sent again; a password is never shown."""
    typed = patients.typed_here(request) if request.path.startswith(_DESK) else []
    response = _at_the_desk(request, 403, typed=typed, stale=True)
    if response is None and request.path.startswith(_ENTRANCE):
        response = patients.permission_denied(request, PermissionDenied())
    return response or patients.csrf_failure(request, reason)


def not_allowed(request: HttpRequest, *, allowed: tuple[str, ...]) -> HttpResponse:
    """405 for a page of the desk."""
    response = _at_the_desk(request, 405) or HttpResponse(status=405)
    response["Allow"] = ", ".join(allowed)
    return response


def _at_the_desk(request: HttpRequest, status: int, **context: object) -> HttpResponse | None:
    """The desk's own page; None for a patient, for a stranger, and when the database does not answer."""
    try:
        if not _works_here(request):
            return None
        shown = {"status": status, "request_id": getattr(request, "request_id", ""), **context}
        return render(request, "staff/trouble.html", shown, status=status)
    except DatabaseError:
        return None


def _works_here(request: HttpRequest) -> bool:
    """Somebody signed in, on a page that is not the patients'; or anybody on their way in."""
    signed_in = bool(getattr(request, "user", None) and request.user.is_authenticated)
    return request.path.startswith(_ENTRANCE) or (signed_in and request.path.startswith(_DESK))
