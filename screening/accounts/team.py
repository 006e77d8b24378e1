"""/accounts/people/: who works here. Administrators invite, give roles, make new links and deactivate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import people
from screening.core import access
from screening.core.actor import Actor
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.core.staff_roles import ROLES
from screening.queries.accounts import count_open_work, find_role

INVITE = "auth.add_user"
_NAME = RegexValidator(
    r"^[a-z][a-z0-9.-]{1,39}\Z", gettext_lazy("Use small letters, digits, dots and dashes")
)


class NewcomerForm(forms.Form):
    """A newcomer. Their role says what they may do; it can be changed later."""

    use_required_attribute = False
    username = forms.CharField(max_length=40, validators=[_NAME], label=gettext_lazy("User name"))
    first_name = forms.CharField(max_length=150, required=False, label=gettext_lazy("First name"))
    last_name = forms.CharField(max_length=150, required=False, label=gettext_lazy("Last name"))
    role = forms.ChoiceField(choices=[(role, role) for role in ROLES], label=gettext_lazy("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = _("Enter a user name")
        for name in ("username", "first_name", "last_name"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "class": "wide"}


@access.staff_page("GET", "POST", may=INVITE)
def show_team(request: StaffRequest) -> HttpResponse:
    """Everybody, and a form to invite one more. A new link is shown once, in the answer to the form."""
    form = NewcomerForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _render_team(request, form)
    if not form.is_valid():
        return _render_team(request, form, status=422)
    try:
        user, key = people.invite_person(**form.cleaned_data, actor=Actor.of(request))
    except NotPossibleError:
        form.add_error("username", _("Somebody has this user name: choose another"))
        return _render_team(request, form, status=422)
    return _render_link(request, user, key)


@access.staff_page("GET", "POST", may=INVITE)
def renew_account(request: StaffRequest, user_id: int) -> HttpResponse:
    """A new link for somebody who lost password or second factor, or who comes back. Asks first."""
    user = _load_user(user_id)
    if request.method != "POST":
        return _render_question(request, "accounts/pages/reset_sign_in.html", user)
    try:
        key = people.renew_account(user=user, actor=Actor.of(request))
    except NotPossibleError as error:
        return _render_refusal(request, error)
    return _render_link(request, user, key)


@access.staff_page("POST", may=INVITE)
def give_role(request: StaffRequest, user_id: int) -> HttpResponse:
    user, role = _load_user(user_id), request.POST.get("role", "")
    return _change_account(request, lambda: people.give_role(user=user, role=role, actor=Actor.of(request)))


@access.staff_page("GET", "POST", may=INVITE)
def deactivate_account(request: StaffRequest, user_id: int) -> HttpResponse:
    """Asks first, and says how much open work returns to the queue."""
    user = _load_user(user_id)
    if request.method != "POST":
        return _render_question(request, "accounts/pages/deactivate.html", user)
    return _change_account(request, lambda: people.deactivate_account(user=user, actor=Actor.of(request)))


def _render_question(request: StaffRequest, template: str, user: User) -> HttpResponse:
    """Are you sure? Asked only of what can be done."""
    try:
        people.refuse_own_account(user, Actor.of(request))
    except NotPossibleError as error:
        return _render_refusal(request, error)
    context = {"member": user, "open_work": count_open_work(user), "here": "people"}
    return render(request, template, context)


def _change_account(request: StaffRequest, change: Callable[[], int]) -> HttpResponse:
    """Change one account and go back to the list, which says what returned; else the list, with the reason
    why not."""
    try:
        returned = change()
    except NotPossibleError as error:
        return _render_refusal(request, error)
    return SeeOther(reverse("accounts:team") + (f"?returned={returned}" if returned else ""))


def _read_returned(request: StaffRequest) -> int:
    typed = request.GET.get("returned", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0


def _render_team(
    request: StaffRequest, form: NewcomerForm, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    strong = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    users = get_user_model().objects.prefetch_related("groups").annotate(second_factor=Exists(strong))
    members = [(user, find_role(user)) for user in users.order_by("-is_active", "username")]
    context = {"form": form, "members": members, "roles": list(ROLES), "trouble": trouble, "here": "people"}
    context["returned"] = _read_returned(request)
    return render(request, "accounts/pages/team.html", context, status=status)


def _render_link(request: StaffRequest, user: User, key: str) -> HttpResponse:
    link = request.build_absolute_uri(f"{reverse('accounts:join')}?key={key}")
    return render(request, "accounts/pages/link.html", {"invited": user, "link": link, "here": "people"})


def _render_refusal(request: StaffRequest, error: NotPossibleError) -> HttpResponse:
    reasons = {
        NotPossibleKind.OWN_ACCOUNT: _("Ask another administrator to do this to your own account"),
        NotPossibleKind.SUPERUSER_ACCOUNT: _("Only a superuser can change this account"),
    }
    trouble = reasons.get(error.kind, _("Choose a role from the list"))
    return _render_team(request, NewcomerForm(), status=422, trouble=trouble)


def _load_user(user_id: int) -> User:
    user = get_user_model().objects.filter(pk=user_id).first() if user_id < 2**31 else None
    if user is None:
        raise Http404
    return user
