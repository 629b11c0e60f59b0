"""Failed tries at a password or a code slow down the pair of account and network they come from."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from cop.accounts.actions.tries import begin_try, forget_tries
from cop.accounts.public import desk_language
from cop.ground.core.door import mark, words
from cop.ground.public import address_of, now

TOO_SOON = mark("Too many tries that failed. Wait a little, then try again; the wait is at most 15 minutes.")


def be_patient(request: HttpRequest, account: str) -> None:
    """Counts a try for `account`. Raises ValidationError where the pair still has to wait."""
    if not begin_try(account=account, address=address_of(request), at=now()):
        raise ValidationError(words(desk_language(request))(TOO_SOON), code="too_soon")


def try_succeeded(request: HttpRequest, account: str) -> None:
    """Takes the counted tries of `account` from here back."""
    forget_tries(account=account, address=address_of(request), at=now())
