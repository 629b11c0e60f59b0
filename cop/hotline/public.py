"""What other rooms and the command line may ask of `hotline`."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import TeamKey

__all__ = ["keystore", "tick"]


def keystore() -> Keystore | None:
    """The keys of the hotline in files, where a folder is set for them."""
    return Keystore(settings.COP_KEYS) if settings.COP_KEYS else None


def tick(at: datetime) -> tuple[str, ...]:
    """What is due in the hotline at `at`: the months ahead have their keys, once the hotline was set up."""
    keys = keystore()
    if keys is None or not TeamKey.objects.exists():
        return ()
    return tuple(f"{made} made" for made in keys.prepare(at))
