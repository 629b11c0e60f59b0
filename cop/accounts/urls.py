"""Addresses of `accounts`, all under /desk/ but for its two files."""

from __future__ import annotations

from allauth.account import urls as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as passkeys
from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path

from cop.accounts.views import desk, entrance, files, me, people, trail
from cop.accounts.views import second_factor as own

# The pages of the sign-in library that exist here; signup and addresses of one's own choice do not.
KEPT = {
    "account_logout", "account_inactive", "account_reauthenticate", "account_change_password", "account_set_password",
    "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
}  # fmt: skip

# Pages with passkeys run our one script, and ask us for its options; no other page runs any.
scripted = csp_update({"script-src": [SELF], "connect-src": [SELF]})

signing_in = [item for item in account.urlpatterns if item.name in KEPT]
login = next(item for item in account.urlpatterns if item.name == "account_login").callback

factors = [
    path("", factor.index, name="mfa_index"),
    path("authenticate/", scripted(factor.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("totp/activate/", own.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", own.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("webauthn/add/", scripted(own.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("webauthn/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("webauthn/reauthenticate/", scripted(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", own.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("static/desk.<str:digest>.css", files.asset_view, {"name": "desk.css"}),
    path("static/passkeys.<str:digest>.js", files.asset_view, {"name": "passkeys.js"}),
    path("desk/", desk.home),
    path("desk/people/", people.people_view),
    *(path(f"desk/people.{form}", people.people_download, {"form": form}) for form in ("csv", "xlsx", "json")),
    path("desk/people/invite/", people.invite_view),
    path("desk/people/<slug:pseudonym>/", people.person_view),
    path("desk/roles/", people.roles_view),
    path("desk/", include(trail.routes)),
    path("desk/accounts/login/", scripted(login), name="account_login"),
    path("desk/accounts/", include(signing_in)),
    path("desk/accounts/2fa/", include(factors)),
    path("desk/accounts/me/", me.me_view),
    path("desk/accounts/invitation/<slug:key>/", entrance.invitation),
    path("desk/accounts/demonstration/<slug:key>/", entrance.demonstration),
]
