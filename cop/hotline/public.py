"""What other rooms and the command line may ask of `hotline`."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from cop.accounts.public import hotline_team
from cop.hotline.actions.demonstration import PASSPHRASE, make_demonstration
from cop.hotline.actions.duty import deliver_due, ring
from cop.hotline.actions.keys import repair
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import TeamKey
from cop.hotline.queries.opening import OpenUntil, open_until, rules

__all__ = ["PASSPHRASE", "demonstration", "is_open", "keystore", "tick"]


def keystore() -> Keystore | None:
    """The keys of the hotline in files, where a folder is set for them."""
    return Keystore(settings.COP_KEYS) if settings.COP_KEYS else None


def is_open(at: datetime) -> OpenUntil | None:
    """The declaration under which this centre takes reports at `at`; None where it is closed, or another hotline takes them."""
    return None if settings.COP_HOTLINE_ELSEWHERE else open_until(at)


def demonstration(at: datetime) -> None:
    """The hotline of a demonstration, made where it is missing, and open. Raises KeysMissing where it has no folder for keys."""
    keys = keystore()
    if keys is None:
        raise KeysMissing("a demonstration needs a data folder")
    make_demonstration(keystore=keys, team=hotline_team(), at=at)


def tick(at: datetime) -> tuple[str, ...]:
    """What is due in the hotline at `at`: calls of the duty desk that wait, alarms, keys of the months ahead.

    Reports are sealed to the newest team key again, where that was not so.
    Where this process may not write the keys, `cop hotline prepare` does it as a user who may.
    """
    taken, rung = deliver_due(rules=rules(at).duty, at=at), ring(at=at)
    said = (
        *((f"{taken} messages taken by the duty desk",) if taken else ()),
        *((f"the alarm rang: {rung} reports say that a child is in danger",) if rung else ()),
    )
    keys = keystore()
    if keys is None or not TeamKey.objects.exists():
        return said
    try:
        made = [f"{name} made" for name in keys.prepare(at)]
        return (*said, *made, *(("reports are sealed to the newest team key again",) if repair(keystore=keys) else ()))
    except PermissionError:
        return said
