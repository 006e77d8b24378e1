"""Every staff page needs a session that passed the second factor, and ends one in which nothing happened for long."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from screening.accounts import sign_in_record, stashed_text
from screening.core.middleware import Handler
from screening.queries import clinic

SEEN = "seen"
PRECISION = 30
"""Seconds between two writes of "last seen", so that most pages write no session."""
_WITHOUT_SECOND_FACTOR = frozenset(
    {
        *("account_login", "account_logout", "account_inactive", "account_reauthenticate"),
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_activate_totp", "mfa_add_webauthn", "accounts:join", "accounts:idle", "accounts:stay"),
    }
)
"""Pages for people who are still on their way in."""
_STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def verified(request: HttpRequest) -> bool:
    """Whether this very session passed, or set up, a second factor."""
    records = get_authentication_records(request, request.user)
    return any(entry.get("method") == "mfa" for entry in records)


class StaffSessionMiddleware:
    """Stands between signing in and every page that is not the patients'."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _was_kept(request, response):
            stashed_text.forget(request.session, request.POST[stashed_text.FIELD])
            if stashed_text.of(request):
                return redirect("accounts:kept")  # to what is not sent yet
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name == "patient":
            return None
        if not request.user.is_authenticated:
            return _another_tab(request)
        return _idle(request, match.view_name) or (
            None if match.view_name in _WITHOUT_SECOND_FACTOR else _second_factor(request)
        )


def _was_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this was a form kept from before, and has arrived: one that was refused stays kept.

    The session comes last: a form of anybody else must not need it, least of all when the database is down.
    """
    arrived = request.method == "POST" and 300 <= response.status_code < 400 and stashed_text.FIELD in request.POST
    return arrived and stashed_text.SESSION_KEY in request.session and request.user.is_authenticated


def _another_tab(request: HttpRequest) -> HttpResponse | None:
    """A form sent from a page that is still open, after another tab had ended the session for idleness."""
    if request.method != "POST" or not stashed_text.fits(request.path):
        return None
    if not stashed_text.add(request.session, path=request.get_full_path(), pairs=stashed_text.posted(request)):
        return None
    return to_sign_in(request, idle=True)


def _second_factor(request: HttpRequest) -> HttpResponse | None:
    if not settings.REQUIRE_MFA or verified(request):
        return None
    if is_mfa_enabled(request.user, _STRONG):  # it was set up elsewhere: this session never showed it
        logout(request)
        return to_sign_in(request)
    return redirect("mfa_activate_totp")


def _idle(request: HttpRequest, view_name: str) -> HttpResponse | None:
    """Sign out a session in which nothing happened for the clinic's idle time; keep what it was about to send."""
    now, seen = int(time.time()), request.session.get(SEEN)
    if view_name == "accounts:idle":  # hands over what was being written, then signs out
        return None
    if seen is not None and now - seen > clinic.remembered().idle_minutes * 60:
        return sign_out(request, path=request.get_full_path(), pairs=stashed_text.posted(request))
    if seen is None or now - seen >= PRECISION:
        request.session[SEEN] = now
    return None


def sign_out(request: HttpRequest, *, path: str, pairs: stashed_text.Pairs) -> HttpResponse:
    """End this session. A new, anonymous one holds what was being written, sealed."""
    user_id, unsent = int(request.user.pk or 0), stashed_text.of(request)
    sign_in_record.happened(request, "idle", user_id)
    logout(request)
    stashed_text.keep(request.session, user_id=user_id, path=path, pairs=pairs, forms=unsent)
    return to_sign_in(request, idle=True)


def to_sign_in(request: HttpRequest, *, idle: bool = False) -> HttpResponse:
    """The sign-in page, and then back to where one was, or to what was kept."""
    back = request.get_full_path() if request.method == "GET" else reverse("accounts:home")
    onwards = reverse("accounts:kept") if stashed_text.waiting(request.session) else back
    query = {"next": onwards, **({"idle": "1"} if idle else {})}
    return redirect(f"{reverse('account_login')}?{urlencode(query)}")
