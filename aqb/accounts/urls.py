"""Addresses of the own account; those that allauth has, too, stand before its own and win."""

from django.urls import include, path
from django.views.generic import RedirectView

from aqb.accounts import adapter, own_account

urlpatterns = [
    path("", own_account.account, name="account"),
    path("email/", adapter.address_is_kept, name="account_email"),
    path("confirm-email/", adapter.no_such_page, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", adapter.no_such_page, name="account_confirm_email"),
    path("login/code/confirm/", adapter.no_such_page, name="account_confirm_login_code"),
    path("password/set/", adapter.password_is_elsewhere, name="account_set_password"),
    path("zweiter-faktor/", own_account.factors, name="mfa_index"),
    path("zweiter-faktor/spaeter/", own_account.ask_later, name="second_factor_later"),
    path("zweiter-faktor/totp/deactivate/", own_account.app_remove, name="mfa_deactivate_totp"),
    path("zweiter-faktor/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("zweiter-faktor/webauthn/add/", own_account.NewPasskey.as_view(), name="mfa_add_webauthn"),
    path("zweiter-faktor/webauthn/login/", own_account.PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    path(
        "zweiter-faktor/webauthn/reauthenticate/",
        own_account.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("zweiter-faktor/webauthn/keys/<int:pk>/remove/", own_account.passkey_remove, name="mfa_remove_webauthn"),
    path("zweiter-faktor/recovery-codes/", own_account.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("zweiter-faktor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
