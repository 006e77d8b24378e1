"""Who may open the editor: load and authorise in one call. Outsiders are told that there is no such page."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from questionnaire.models import Version

READ = "questionnaire.view_version"
EDIT = "questionnaire.change_version"
PUBLISH = "questionnaire.publish_version"
APPROVE = "questionnaire.approve_weakening"

View = Callable[..., HttpResponse]


def editor(*methods: str, may: str = READ) -> Callable[[View], View]:
    """An editor's view: these methods only, for people who may; changing anything by POST needs EDIT by default."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/editor/")
            if not (request.user.is_active and request.user.has_perm(may)):
                raise Http404
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def require(request: HttpRequest, may: str) -> None:
    """404 unless this person may."""
    if not request.user.has_perm(may):
        raise Http404


def load(slug: str, number: int) -> Version:
    """The version with this number, or 404."""
    version = Version.objects.select_related("questionnaire").filter(questionnaire__slug=slug, number=number).first()
    if version is None:
        raise Http404
    return version


def actor(request: HttpRequest) -> str:
    """How the person is named in the record: by id, so that a renamed account stays the same one."""
    return f"user:{request.user.pk}"
