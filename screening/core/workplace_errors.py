"""What people who work here read when a page cannot be shown."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

DESK = ("/staff/", "/editor/")
ACCOUNTS = "/accounts/"


def render_not_allowed(request: HttpRequest, *, allowed: tuple[str, ...]) -> HttpResponse:
    """405 for a page of the desk."""
    response = render_workplace_error(request, 405) or HttpResponse(status=405)
    response["Allow"] = ", ".join(allowed)
    return response


def render_workplace_error(request: HttpRequest, status: int, **context: object) -> HttpResponse | None:
    """The desk's own page; None for a patient, for a stranger, and when the database does not answer."""
    try:
        if not _is_workplace(request):
            return None
        title = _("This page was open too long") if context.get("stale") else _name_status(status)
        common = {"status": status, "title": title, "request_id": getattr(request, "request_id", "")}
        return render(request, "workplace/trouble.html", {**common, **context}, status=status)
    except DatabaseError:
        return None


def _name_status(status: int) -> str:
    """What happened, as the page's title."""
    titles = {
        403: _("You may not open this page"),
        404: _("There is no such page"),
        405: _("This page does not work that way"),
        413: _("That was too much text"),
        500: _("Something went wrong"),
    }
    return titles.get(status, _("This could not be read"))


def _is_workplace(request: HttpRequest) -> bool:
    """Somebody signed in, on a page that is not the patients'; or anybody on their way in."""
    signed_in = bool(getattr(request, "user", None) and request.user.is_authenticated)
    return request.path.startswith(ACCOUNTS) or (signed_in and request.path.startswith(DESK))
