"""Requests as our middleware hands them on, and the one redirect after a form was saved. Shared by both
rooms."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect


class Request(HttpRequest):
    """A request with its id, as `RequestIdMiddleware` gives it."""

    request_id: str


class StaffRequest(Request):
    """A request of somebody who is signed in: what a page behind an access decorator gets."""

    user: User


class SeeOther(HttpResponseRedirect):
    """303: the answer to a form that was saved, so that Back and reload send nothing twice."""

    status_code = 303
