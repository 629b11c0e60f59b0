"""What the sign-in library asks of us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from cop.accounts.actions.mails import mail
from cop.accounts.actions.signing_in import account_changed, signed_in
from cop.accounts.core.sealing import sealed, unsealed
from cop.accounts.signin.patience import be_patient, try_succeeded
from cop.ground.core.door import mark
from cop.ground.public import now

# What a mail says about a change: its subject and its one sentence.
NOTICES = {
    "account/email/password_changed": mark("Your password was changed."),
    "account/email/password_reset": mark("Your password was changed."),
    "account/email/password_set": mark("Your password was changed."),
    "mfa/email/totp_activated": mark("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": mark("The authenticator app was removed from your account."),
    "mfa/email/webauthn_added": mark("A passkey was added to your account."),
    "mfa/email/webauthn_removed": mark("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": mark("New recovery codes were made for your account."),
}
# What is told in the audit trail here; apps and passkeys are told where their pages are.
TOLD = {
    "account/email/password_changed": "change password",
    "account/email/password_reset": "set new password by mail",
    "account/email/password_set": "set password",
    "mfa/email/recovery_codes_generated": "make recovery codes",
}
SUBJECT = mark("Your account in the COP Centre was changed")
RESET_SUBJECT = mark("A new password for the COP Centre")
RESET = (
    mark("Somebody asked for a new password for your account."),
    mark("Open this address within an hour to choose one. You will then need your second factor as always."),
)
UNASKED = mark("If this was not you, tell your administrator at once.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation only; mails go through the outbox; no network address is kept."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *arguments: Any, **named: Any) -> None:
        """Pages say themselves what happened."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        account = str(credentials.get("email", ""))
        be_patient(request, account)
        user = authenticate(request, **credentials)
        if user is not None:
            try_succeeded(request, account)
        return user

    def post_login(self, request: HttpRequest, user: Any, **named: Any) -> Any:
        signed_in(person_id=user.pk, at=now())
        return super().post_login(request, user, **named)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The link for a new password; nothing else is sent this way."""
        if template_prefix == "account/email/password_reset_key":
            address = settings.COP_DESK_ADDRESS + urlsplit(context["password_reset_url"]).path
            at = now()
            key = f"password/{context['user'].pseudonym}/{at:%Y%m%d%H}{at.minute // 10}"  # one mail in ten minutes
            mail(
                person_id=context["user"].pk,
                kind="password",
                subject=RESET_SUBJECT,
                parts=(RESET[0], RESET[1], address, UNASKED),
                at=at,
                key=key,
            )

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: str | None = None) -> None:
        """One sentence on what changed, to the person's own address, and an entry in the trail."""
        if template_prefix in TOLD:
            account_changed(person_id=user.pk, verb=TOLD[template_prefix], at=now())
        if template_prefix in NOTICES:
            at = now()
            key = f"notice/{user.pseudonym}/{template_prefix.rsplit('/', 1)[-1]}/{at:%Y%m%d%H%M%S%f}"
            mail(person_id=user.pk, kind="notice", subject=SUBJECT, parts=(NOTICES[template_prefix], UNASKED), at=at, key=key)

    def is_ajax(self, request: HttpRequest) -> bool:
        return bool(request.META.get("HTTP_ACCEPT") == "application/json")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, passkeys and recovery codes. Their secrets are sealed with the centre's key before they are kept."""

    def encrypt(self, text: str) -> str:
        return sealed(settings.SECRET_KEY, text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(settings.SECRET_KEY, encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": current.request.get_host().partition(":")[0], "name": "COP Centre"}
