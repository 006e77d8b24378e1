"""Pages for what went wrong: patients get help and their form back, people who work here get the desk."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from questionnaire.http import Request
from screening.core.workplace_errors import ACCOUNTS, DESK, render_workplace_error
from screening.patient import errors as patients


def bad_request(request: Request, exception: Exception) -> HttpResponse:
    """400, or 413 where too much was sent."""
    response = patients.bad_request(request, exception)
    return render_workplace_error(request, response.status_code) or response


def permission_denied(request: Request, exception: Exception) -> HttpResponse:
    return render_workplace_error(request, 403) or patients.permission_denied(request, exception)


def not_found(request: Request, exception: Exception) -> HttpResponse:
    return render_workplace_error(request, 404) or patients.not_found(request, exception)


def server_error(request: Request) -> HttpResponse:
    return render_workplace_error(request, 500) or patients.server_error(request)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """403: the form's own key is old. What was typed on the desk can be sent again; a password is never
    shown."""
    typed = patients.list_posted_here(request) if request.path.startswith(DESK) else []
    response = render_workplace_error(request, 403, typed=typed, stale=True)
    if response is None and request.path.startswith(ACCOUNTS):
        response = patients.permission_denied(request, PermissionDenied())
    return response or patients.csrf_failure(request, reason)
