"""Forms of the second factor: patient with failed tries, and with hostile bytes refused instead of failing on them."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError

from cop.accounts.actions.tokens import take_code
from cop.accounts.core.sealing import NotOurs
from cop.accounts.forms import plain_text
from cop.accounts.signin.patience import be_patient, try_succeeded
from cop.ground.public import now

MOST_CREDENTIAL = 20_000
log = logging.getLogger("cop")


class _PatientCode:
    """Counts a try before the code is judged. A code works once.

    Codes are counted apart from passwords: who knows the password would else begin anew by signing in with it.
    """

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        codes = f"codes of {self.user.pseudonym}"
        be_patient(context.request, codes)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except NotOurs as error:
            log.error("second factor of %s: %s", self.user.pseudonym, error)  # noqa: TRY400 the sentence says all
            raise get_adapter().validation_error("incorrect_code") from None
        if not take_code(person_id=self.user.pk, code=normalize_user_code(code), at=now()):
            raise get_adapter().validation_error("incorrect_code")
        try_succeeded(context.request, codes)
        return code


class PatientAuthenticateForm(_PatientCode, AuthenticateForm):
    """The code after the password."""


class PatientReauthenticateForm(_PatientCode, ReauthenticateForm):
    """The code before a change of what protects the account."""


class PatientActivateForm(_PatientCode, ActivateTOTPForm):
    """The first code of a new authenticator app."""


class _Guarded(forms.Form):
    """A credential from a browser: bounded, and whatever the library says of hostile bytes is a wrong credential."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if "name" in self.fields:
            self.fields["name"].max_length = 80
            self.fields["name"].validators.extend(plain_text(80))

    def _clean_fields(self) -> None:
        raw = str(self.data.get("credential", "")) if self.is_bound else ""
        if len(raw) > MOST_CREDENTIAL or "\x00" in raw or "\\u0000" in raw:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))
            return
        try:
            super()._clean_fields()
        except ValidationError:
            raise
        except Exception:  # the library raises whatever the reading of hostile bytes raises
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))

    def _clean_form(self) -> None:
        if "credential" in self.errors:
            return
        try:
            super()._clean_form()
        except Exception:  # as above
            self.add_error(None, get_adapter().validation_error("incorrect_code"))


class GuardedAddForm(_Guarded, AddWebAuthnForm):
    """A new passkey. It can always sign in alone."""


class GuardedLoginForm(_Guarded, LoginWebAuthnForm):
    """Sign in with a passkey alone."""


class GuardedAuthenticateForm(_Guarded, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class GuardedReauthenticateForm(_Guarded, ReauthenticateWebAuthnForm):
    """A passkey before a change of what protects the account."""


class GuardedEditForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["name"].validators.extend(plain_text(80))
