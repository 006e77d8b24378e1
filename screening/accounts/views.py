"""Pages on the way in and out: joining by invitation, staying, being signed out for idleness, sending what
was kept."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import auth
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from questionnaire.http import Request, SeeOther
from screening.accounts import stashed_text
from screening.accounts.middleware import end_session, redirect_to_sign_in
from screening.actions import people
from screening.core.not_possible import NotPossibleError
from screening.queries.accounts import find_invited_user

_PREFIX = "kept-"
"""Fields of a form that the page sends along when it signs somebody out."""


@require_http_methods(["GET", "HEAD"])
def redirect_home(request: Request) -> HttpResponse:
    """To the desk, or to the questions for those who read no submission."""
    if not request.user.is_authenticated:
        return redirect_to_sign_in(request)
    return redirect(get_adapter().get_login_redirect_url(request))


@sensitive_post_parameters("password", "again", "key")
@require_http_methods(["GET", "HEAD", "POST"])
def join_team(request: Request) -> HttpResponse:
    """Choose a password with an invitation. Anybody who is signed in on this device is signed out."""
    key = (request.POST if request.method == "POST" else request.GET).get("key", "")[:200]
    user = find_invited_user(key)
    if user is None:
        return render(request, "accounts/pages/no_invitation.html", status=404)
    faults: list[str] = []
    if request.method == "POST":
        try:
            people.join_team(
                key=key, password=_read_password(request), now=timezone.now(), request_id=request.request_id
            )
        except ValidationError as error:
            faults = list(error.messages)
        except NotPossibleError:
            return render(request, "accounts/pages/no_invitation.html", status=404)
        else:
            auth.logout(request)
            return SeeOther(f"{reverse('account_login')}?joined=1")
    context = {"invited": user, "key": key, "faults": faults}
    return render(request, "accounts/pages/join.html", context, status=422 if faults else 200)


def _read_password(request: Request) -> str:
    """The password that was chosen. Raises ValidationError where it was not typed twice the same."""
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise ValidationError(_("The two passwords are not the same. Enter it again"))
    return password


@require_POST
def stay_signed_in(request: Request) -> HttpResponse:
    """ "I am still here". With scripts nothing is loaded anew, so nothing written is lost."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return HttpResponse(status=204)
    return SeeOther(reverse("accounts:home"))


@require_POST
def sign_out_idle(request: Request) -> HttpResponse:
    """Nobody was there: sign out, and keep what stood in the form of the page."""
    fields = stashed_text.read_posted_fields(request)
    pairs = [(name.removeprefix(_PREFIX), value) for name, value in fields if name.startswith(_PREFIX)]
    path = request.POST.get("to", "")
    if request.user.is_authenticated:
        return end_session(request, path=path, pairs=pairs)
    stashed_text.add_to_stash(request.session, path=path, pairs=pairs)
    return redirect_to_sign_in(request, idle=True)


@require_http_methods(["GET", "HEAD", "POST"])
def show_stashed_forms(request: Request) -> HttpResponse:
    """What was being written when the session ended, to be sent or thrown away, one form after the other."""
    if not request.user.is_authenticated:
        return redirect_to_sign_in(request)
    if request.method == "POST":
        stashed_text.drop_form(request.session, request.POST.get(stashed_text.FIELD, ""))
    if not (forms := stashed_text.list_stashed_forms(request)):
        request.session.pop(stashed_text.SESSION_KEY, None)
        return redirect("accounts:home")
    return render(request, "accounts/pages/stashed_text.html", {"forms": forms})
