"""Addresses of `accounts`, all under /desk/."""

from __future__ import annotations

from allauth.account import urls as account
from allauth.mfa import urls as second_factor
from django.urls import include, path

from cop.accounts.views import desk, files

# The pages of the sign-in library that exist here; signup and own addresses do not.
KEPT = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "account_set_password", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}  # fmt: skip

signing_in = [item for item in account.urlpatterns if item.name in KEPT]

urlpatterns = [
    path("static/desk.<str:digest>.css", files.asset_view, {"name": "desk.css"}),
    path("static/passkeys.<str:digest>.js", files.asset_view, {"name": "passkeys.js"}),
    path("desk/", desk.home),
    path("desk/accounts/", include([*signing_in, path("2fa/", include(second_factor.urlpatterns))])),
]
