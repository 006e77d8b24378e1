"""Every staff page needs a session that passed the second factor, and ends one in which nothing happened for
long."""

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

COUNTS_VIEW = "staff:counts"
"""Asked by scripts, not by people."""
LAST_SEEN_KEY = "seen"
PRECISION_SECONDS = 30
"""Between two writes of "last seen", so that most pages write no session."""
_WITHOUT_SECOND_FACTOR = frozenset(
    {
        *("account_login", "account_logout", "account_inactive", "account_reauthenticate"),
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_activate_totp", "mfa_add_webauthn", "accounts:join", "accounts:idle", "accounts:stay"),
    }
)
"""Pages for people who are still on their way in."""
_STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_passed_second_factor(request: HttpRequest) -> bool:
    """Whether this very session passed, or set up, a second factor."""
    records = get_authentication_records(request, request.user)
    return any(entry.get("method") == "mfa" for entry in records)


class StaffSessionMiddleware:
    """Stands between signing in and every page that is not the patients'."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_stashed_form_sent(request, response):
            stashed_text.drop_form(request.session, request.POST[stashed_text.FIELD])
            if stashed_text.list_stashed_forms(request):
                return redirect("accounts:kept")  # to what is not sent yet
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name == "patient":
            return None
        if match.view_name == COUNTS_VIEW:
            return None if _may_poll(request) else _refuse_poll(request)
        if not request.user.is_authenticated:
            return _stash_from_another_tab(request)
        if response := _end_idle_session(request, match.view_name):
            return response
        return None if match.view_name in _WITHOUT_SECOND_FACTOR else _require_second_factor(request)


def _may_poll(request: HttpRequest) -> bool:
    """Whether a page that is open may ask what waits. Asking keeps no session alive, and ends none."""
    if not request.user.is_authenticated or (settings.REQUIRE_MFA and not has_passed_second_factor(request)):
        return False
    return not _is_idle(request, int(time.time()))


def _refuse_poll(request: HttpRequest) -> HttpResponse:
    """401, and no cookie is taken away: it may arrive while the page that sent it signs out."""
    # Django deletes the cookie of a session that is gone. By then the browser holds a new one, with what was
    # being written.
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    return HttpResponse(status=401)


def _is_stashed_form_sent(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this was a form kept from before, and has arrived: one that was refused stays kept."""
    arrived = (
        request.method == "POST" and 300 <= response.status_code < 400 and stashed_text.FIELD in request.POST
    )
    # The session comes last: a form of anybody else must not need it, least of all when the database is down.
    return arrived and stashed_text.SESSION_KEY in request.session and request.user.is_authenticated


def _stash_from_another_tab(request: HttpRequest) -> HttpResponse | None:
    """A form sent from a page that is still open, after another tab had ended the session for idleness."""
    if request.method != "POST" or not stashed_text.may_stash(request.path):
        return None
    fields = stashed_text.read_posted_fields(request)
    if not stashed_text.add_to_stash(request.session, path=request.get_full_path(), pairs=fields):
        return None
    return redirect_to_sign_in(request, idle=True)


def _require_second_factor(request: HttpRequest) -> HttpResponse | None:
    if not settings.REQUIRE_MFA or has_passed_second_factor(request):
        return None
    if is_mfa_enabled(request.user, _STRONG):  # it was set up elsewhere: this session never showed it
        logout(request)
        return redirect_to_sign_in(request)
    return redirect("mfa_activate_totp")


def _end_idle_session(request: HttpRequest, view_name: str) -> HttpResponse | None:
    """Sign out a session in which nothing happened for the clinic's idle time; keep what it was about to
    send."""
    if view_name == "accounts:idle":  # hands over what was being written, then signs out
        return None
    now, last_seen = int(time.time()), request.session.get(LAST_SEEN_KEY)
    if _is_idle(request, now):
        return end_session(
            request, path=request.get_full_path(), pairs=stashed_text.read_posted_fields(request)
        )
    if last_seen is None or now - last_seen >= PRECISION_SECONDS:
        request.session[LAST_SEEN_KEY] = now
    return None


def _is_idle(request: HttpRequest, now: int) -> bool:
    last_seen = request.session.get(LAST_SEEN_KEY)
    return last_seen is not None and now - last_seen > clinic.remembered().idle_minutes * 60


def end_session(request: HttpRequest, *, path: str, pairs: stashed_text.Pairs) -> HttpResponse:
    """End this session. A new, anonymous one holds what was being written, sealed."""
    user_id, unsent = int(request.user.pk or 0), stashed_text.list_stashed_forms(request)
    sign_in_record.record_event(request, "idle", user_id)
    logout(request)
    stashed_text.stash_form(request.session, user_id=user_id, path=path, pairs=pairs, others=unsent)
    return redirect_to_sign_in(request, idle=True)


def redirect_to_sign_in(request: HttpRequest, *, idle: bool = False) -> HttpResponse:
    """The sign-in page, and then back to where one was, or to what was kept."""
    back = request.get_full_path() if request.method == "GET" else reverse("accounts:home")
    onwards = reverse("accounts:kept") if stashed_text.has_stashed_forms(request.session) else back
    query = {"next": onwards, **({"idle": "1"} if idle else {})}
    return redirect(f"{reverse('account_login')}?{urlencode(query)}")
