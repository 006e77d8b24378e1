"""Addresses of the way in. Only what is needed of django-allauth: nobody signs up, confirms or resets by e-mail."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from screening.accounts import passkeys, second_factor, team, views

own = (
    [
        path("", views.home, name="home"),
        path("join/", views.join, name="join"),
        path("stay/", views.stay, name="stay"),
        path("idle/", views.idle, name="idle"),
        path("kept/", views.kept_words, name="kept"),
        path("people/", team.show_team, name="team"),
        path("people/<int:user_id>/link/", team.renew_account, name="renew"),
        path("people/<int:user_id>/role/", team.give_role, name="role"),
        path("people/<int:user_id>/deactivate/", team.deactivate_account, name="deactivate"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(own)),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("2fa/totp/activate/", second_factor.Activate.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", passkeys.Add.as_view(), name="mfa_add_webauthn"),
    path("2fa/totp/deactivate/", second_factor.Deactivate.as_view(), name="mfa_deactivate_totp"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.Remove.as_view(), name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/generate/", second_factor.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/", second_factor.Mine.as_view(), name="mfa_index"),
    path("2fa/authenticate/", second_factor.Ask.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/", passkeys.Listed.as_view(), name="mfa_list_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.Again.as_view(), name="mfa_reauthenticate_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
