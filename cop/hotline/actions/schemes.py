"""Load a classification scheme, and set one aside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.public import record
from cop.hotline.core.classification import added, read_scheme
from cop.hotline.models import LoadedScheme
from cop.hotline.queries.schemes import all_schemes


@transaction.atomic
def load_scheme(*, text: str, by: Card, at: datetime) -> str:
    """Load one version of a scheme from its TOML text; answers its key. The same again changes nothing.

    Raises BadScheme that names every fault, and where the version is loaded already and says something else (CLASS-03).
    """
    scheme = read_scheme(text)
    held = all_schemes()
    if len(added(held, scheme)) == len(held):
        return scheme.key
    LoadedScheme.objects.create(key=scheme.key, text=text, digest=scheme.digest, loaded_by_id=by.id, loaded_at=at)
    record(actor=by.pseudonym, verb="load scheme", thing=_thing(scheme.key), at=at, digest=scheme.digest)
    return scheme.key


@transaction.atomic
def set_scheme_aside(*, scheme: int, by: Card, at: datetime) -> bool:
    """Offer a version no more; what was assessed under it stays. False where it was set aside already."""
    row = LoadedScheme.objects.select_for_update().filter(pk=scheme, set_aside_at=None).first()
    if row is None:
        return False
    row.set_aside_at = at
    row.save(update_fields=["set_aside_at"])
    record(actor=by.pseudonym, verb="set scheme aside", thing=_thing(row.key), at=at)
    return True


def _thing(key: str) -> str:
    """How the audit trail calls a scheme: it takes no sign that looks like a mail address."""
    return f"hotline/scheme/{key.replace('@', '/')}"
