"""Addresses of the way in. Only what is needed of django-allauth: nobody signs up, confirms or resets by
e-mail."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from screening.accounts import team, views
from screening.accounts.passkeys import (
    AddPasskeyView,
    ConfirmWithPasskeyView,
    ListPasskeysView,
    RemovePasskeyView,
)
from screening.accounts.second_factor import (
    ActivateAppView,
    AskSecondFactorView,
    DeactivateAppView,
    ListFactorsView,
    NewRecoveryCodesView,
)

own = (
    [
        path("", views.redirect_home, name="home"),
        path("join/", views.join_team, name="join"),
        path("stay/", views.stay_signed_in, name="stay"),
        path("idle/", views.sign_out_idle, name="idle"),
        path("kept/", views.show_stashed_forms, name="kept"),
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
    path("2fa/totp/activate/", ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("2fa/totp/deactivate/", DeactivateAppView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/webauthn/keys/<int:pk>/remove/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/generate/", NewRecoveryCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/", ListFactorsView.as_view(), name="mfa_index"),
    path("2fa/authenticate/", AskSecondFactorView.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/", ListPasskeysView.as_view(), name="mfa_list_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/", ConfirmWithPasskeyView.as_view(), name="mfa_reauthenticate_webauthn"
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
