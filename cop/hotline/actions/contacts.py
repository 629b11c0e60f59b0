"""Contacts that notices may go to: one person proposes, another approves, anybody who may withdraws. Nothing of one is changed."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import BY_CODE, Sentence, mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.notice import CONTACT_KINDS, WAYS, Standing, step
from cop.hotline.formats.openpgp import Key, read_key
from cop.hotline.models import Contact, Notice

_MAIL = re.compile(r"^[^\s@,;<>\"]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$")
_COUNTRY = re.compile(r"^([A-Z]{2})?$")
_NEEDS_COUNTRY = ("host", "partner", "police")


class BadContact(ValueError):
    """A contact that can't be kept: which field, and why."""

    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(f"{field}: {why}")


@transaction.atomic
def propose_contact(
    *, name: str, kind: str, mail: str, by: Card, at: datetime, language: str = "en", country: str = "", answers_for: str = "",
    way: str = "page", openpgp: str = "",
) -> int:  # fmt: skip
    """Keep a contact, which counts once another person approves it; answers its row. Raises BadContact, BadKey."""
    _check(name, kind, mail, language, country, way)
    key = read_key(openpgp, at) if openpgp.strip() else None
    if way == "openpgp" and key is None:
        raise BadContact("openpgp", mark("mail that is encrypted to their key needs a key"))
    row = Contact.objects.create(
        name=name.strip(), kind=kind, mail=mail, language=language, country=country, answers_for=answers_for[:5000], way=way,
        proposed_by_id=by.id, proposed_at=at, **_of(key),
    )  # fmt: skip
    record(
        actor=by.pseudonym,
        verb="propose contact",
        thing=f"hotline/contact/{row.pk}",
        at=at,
        kind=kind,
        way=way,
        commitment=row.commitment,
    )
    return int(row.pk)


@transaction.atomic
def approve_contact(*, contact: int, by: Card, at: datetime) -> None:
    """Say as a second person that notices may go to a contact; drafts to it become ready. Raises NotAllowed (NOTICE-14)."""
    row = Contact.objects.select_for_update().get(pk=contact)
    if row.withdrawn_at is not None or row.approved_at is not None:
        raise NotAllowed("NOTICE-14", mark("this contact was approved or withdrawn already"))
    if row.proposed_by_id == by.id:
        raise NotAllowed("NOTICE-14", mark("a contact is approved by another person than who proposed it"))
    row.approved_by_id, row.approved_at = by.id, at
    row.save(update_fields=["approved_by", "approved_at"])
    for draft in Notice.objects.select_for_update().filter(contact=row, state=Standing.DRAFT):
        draft.state = step(Standing(draft.state), "approve")
        draft.save(update_fields=["state"])
    record(actor=by.pseudonym, verb="approve contact", thing=f"hotline/contact/{contact}", at=at, commitment=row.commitment)


@transaction.atomic
def withdraw_contact(*, contact: int, by: Card, at: datetime) -> None:
    """No notice goes to a contact any more; what was not sent is dropped, and its sealed text with it. Raises NotAllowed."""
    row = Contact.objects.select_for_update().get(pk=contact)
    if row.withdrawn_at is not None:
        raise NotAllowed("NOTICE-14", mark("this contact was withdrawn already"))
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    unsent = (Standing.DRAFT, Standing.READY)
    for draft in Notice.objects.select_for_update().filter(contact=row, state__in=unsent).prefetch_related("lines__address"):
        draft.state, draft.sealed, draft.page = step(Standing(draft.state), "drop"), b"", b""
        draft.save(update_fields=["state", "sealed", "page"])
        for line in draft.lines.all():
            note(line.address, by=by.pseudonym, at=at, verb="drop notice", why="contact")
    record(actor=by.pseudonym, verb="withdraw contact", thing=f"hotline/contact/{contact}", at=at)


def _check(name: str, kind: str, mail: str, language: str, country: str, way: str) -> None:
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise BadContact("name", mark("it needs a name of at most 120 signs"))
    if kind not in CONTACT_KINDS:
        raise BadContact("kind", Sentence("must be one of %(codes)s", codes=", ".join(CONTACT_KINDS)))
    if len(mail) > 254 or not mail.isascii() or not _MAIL.match(mail):
        raise BadContact("mail", mark("it needs one mail address"))
    if settings.COP_DEMO and not mail.lower().endswith(".example"):
        raise BadContact("mail", mark("a demonstration takes addresses under .example only"))
    if language not in BY_CODE:
        raise BadContact("language", Sentence("must be one of %(codes)s", codes=", ".join(BY_CODE)))
    if not _COUNTRY.match(country) or (kind in _NEEDS_COUNTRY and not country):
        raise BadContact("country", mark("two letters of ISO 3166-1; a host, a partner and the police need one"))
    if way not in WAYS:
        raise BadContact("way", Sentence("must be one of %(codes)s", codes=", ".join(WAYS)))


def _of(key: Key | None) -> dict[str, object]:
    return {"openpgp": key.public, "fingerprint": key.fingerprint, "key_expires_at": key.expires} if key else {}
