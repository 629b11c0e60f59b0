"""Setting up and removing a second factor, with what the library doesn't do: the trail, and an end of other sessions."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest, HttpResponse

from cop.accounts.actions.signing_in import second_factor_added, second_factor_removed
from cop.accounts.public import SECOND
from cop.ground.public import now


def _proved(request: HttpRequest, kind: str) -> None:
    """This session has just proved a second factor: it goes on under a new key, the others end."""
    request.session[SECOND] = True
    request.session.cycle_key()
    second_factor_added(person_id=request.user.pk, kind=kind, keep=request.session.session_key, at=now())


class SetUpApp(ActivateTOTPView):
    """Set up an authenticator app."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _proved(self.request, "authenticator app")
        return answer


class RemoveApp(DeactivateTOTPView):
    """Remove the authenticator app."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        second_factor_removed(person_id=self.request.user.pk, kind="authenticator app", at=now())
        return answer


class AddPasskey(AddWebAuthnView):
    """Add a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _proved(self.request, "passkey")
        return answer


class RemovePasskey(RemoveWebAuthnView):
    """Remove a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        second_factor_removed(person_id=self.request.user.pk, kind="passkey", at=now())
        return answer
