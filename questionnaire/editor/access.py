"""Who may open the editor: load and authorise in one call. Outsiders are told that there is no such page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from questionnaire.http import StaffRequest
from questionnaire.models import Version

READ = "questionnaire.view_version"
EDIT = "questionnaire.change_version"
PUBLISH = "questionnaire.publish_version"
APPROVE = "questionnaire.approve_weakening"

P = ParamSpec("P")
EditorView = Callable[Concatenate[StaffRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def require_editor(
    *methods: str, may: str | tuple[str, ...] = READ, to_post: str | tuple[str, ...] | None = None
) -> Callable[[EditorView[P]], View[P]]:
    """A view of the editor: these methods only, for people who have this permission, or one of these.

    `to_post`: what a POST needs as well, on a page that more people may read. The view raises Http404 for
    everybody else who is signed in.

    Raises Http404 for everybody else.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: EditorView[P]) -> View[P]:
        """The view for people who may. Raises Http404 for everybody else."""

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            """Raises Http404 for people who may not."""
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/editor/")
            needs_more = to_post if request.method == "POST" else None
            if not (has_one_of(request, may) and (needs_more is None or has_one_of(request, needs_more))):
                raise Http404
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(cast(StaffRequest, request), *args, **kwargs)

        return guarded

    return decorate


def has_one_of(request: HttpRequest, permissions: str | tuple[str, ...]) -> bool:
    """Whether this person has the permission, or one of these."""
    user, wanted = request.user, (permissions,) if isinstance(permissions, str) else permissions
    return user.is_active and any(user.has_perm(permission) for permission in wanted)


def load_version(slug: str, number: int) -> Version:
    """The version with this number. Raises Http404 where there is none."""
    version = (
        Version.objects.select_related("questionnaire")
        .filter(questionnaire__slug=slug, number=number)
        .first()
    )
    if version is None:
        raise Http404
    return version


def actor_of(request: StaffRequest) -> str:
    """How the person is named in the record: by id, so that a renamed account stays the same one."""
    return f"user:{request.user.pk}"
