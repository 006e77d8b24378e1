"""Who may open which page of the desk.

Somebody who is not signed in is asked to sign in; for anybody else who may not open a page, there is no such
page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from screening.core.workplace_errors import render_not_allowed

READ = "screening.view_submission"
WORK = "screening.review_submission"
EXPORT = "screening.export_submission"
CHANGE_SETTINGS = "screening.add_clinicsettings"
"""Change the clinic's settings."""

READ_VERSIONS = "questionnaire.view_version"
"""Read the questions and flags of a version."""

StaffView = Callable[..., HttpResponse]


def staff_page(*methods: str, may: str = READ) -> Callable[[StaffView], StaffView]:
    """Guards a staff view: these methods only, for people with this permission; the signed-out are asked to
    sign in.

    The view raises Http404 for outsiders. Every page of the desk and of the team is guarded by it.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: StaffView) -> StaffView:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(
                    request.get_full_path() if request.method == "GET" else reverse("staff:queue")
                )
            authorise(request, may)
            if request.method not in allowed:
                return render_not_allowed(request, allowed=allowed)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def authorise(request: HttpRequest, may: str) -> User:
    """The person who asks. Raises Http404 unless they may."""
    if not (request.user.is_active and request.user.has_perm(may)):
        raise Http404
    return request.user
