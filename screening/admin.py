"""Django's admin, to look at accounts, events and settings. Changes are made on the desk's pages, which
record them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from screening.models import AuditEvent, ClinicSettings


def _redirect_to_our_page(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Passwords are changed on our page, which records it."""
    return redirect("account_change_password")


def _hide_from_others(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The admin's own sign-in page: ours for the signed-out, no such page for everybody else."""
    secured = secure_admin_login(view)

    def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Raises Http404 for people who are no administrators."""
        if request.user.is_authenticated and not (request.user.is_staff and request.user.is_active):
            raise Http404
        return secured(request, extra_context)

    return sign_in


admin.autodiscover()
admin.site.login = _hide_from_others(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = account.logout  # type: ignore[method-assign]
admin.site.password_change = _redirect_to_our_page  # type: ignore[method-assign, assignment]
admin.site.site_header = admin.site.site_title = "Beforehand"
admin.site.enable_nav_sidebar = False


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """May be looked at by people with the view permission; nothing can be changed here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AccountAdmin(ReadOnlyAdmin):
    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    fields = (
        "username",
        "first_name",
        "last_name",
        "is_active",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )


class RoleAdmin(ReadOnlyAdmin):
    fields = ("name", "permissions")


class SettingsAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "actor")


class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "object_type", "object_id")
    list_filter = ("action",)
    search_fields = ("actor", "object_id", "request_id")


_SHOWN: dict[type[Model], type[ReadOnlyAdmin]] = {
    get_user_model(): AccountAdmin,
    Group: RoleAdmin,
    ClinicSettings: SettingsAdmin,
    AuditEvent: EventAdmin,
}
for hidden in (EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)
for model, kind in _SHOWN.items():
    if admin.site.is_registered(model):
        admin.site.unregister(model)
    admin.site.register(model, kind)
