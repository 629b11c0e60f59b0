"""Open the team's key: by a member's passphrase, by the recovery key, and earlier keys by way of the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db.models import Count

from cop.ground.core.door import Sentence, fingerprint, mark
from cop.hotline.core.rings import Locked, by_member, by_recovery, unchained, unlock
from cop.hotline.models import Member, MemberKey, TeamKey


class RingRefused(Exception):
    """What can't be done to the key ring, and why."""


@dataclass(frozen=True)
class Unlocked:
    """The newest team key, opened: held in memory only."""

    team_id: str
    private: bytes


def unlocked_by(person: int, passphrase: str) -> Unlocked:
    """The newest team key, opened by a member's passphrase. Raises RingRefused, WrongPassphrase."""
    member = Member.objects.filter(person_id=person, left_at=None).first()
    held = newest()
    sealed = MemberKey.objects.filter(member=member, team=held).first() if member else None
    if member is None or sealed is None:
        raise RingRefused(mark("this person is not a member of the team"))
    private = unlock(Locked(bytes(member.public), bytes(member.locked)), passphrase)
    return Unlocked(held.pk, by_member(bytes(sealed.sealed), private, held.pk, member_name(member)))


def recovered(private: bytes) -> Unlocked:
    """The newest team key, opened by the recovery key. Raises NotOpened."""
    held = newest()
    return Unlocked(held.pk, by_recovery(bytes(held.for_recovery), private, held.pk))


def team_key(unlocked: Unlocked, wanted: str) -> bytes:
    """The team key `wanted`, the newest or an earlier one, by way of the newest. Raises RingRefused."""
    name, private = unlocked.team_id, unlocked.private
    while name != wanted:
        row = TeamKey.objects.filter(pk=name).first()
        if row is None or row.earlier_id is None:
            raise RingRefused(Sentence("there is no team key %(name)s", name=wanted))
        private, name = unchained(bytes(row.chained), private, row.earlier_id, name), row.earlier_id
    return private


def index_key(unlocked: Unlocked) -> bytes:
    """The key of the blind index, 32 bytes: from the centre's first team key, so that it stays the same when the key changes."""
    name, private = unlocked.team_id, unlocked.private
    while True:
        row = TeamKey.objects.filter(pk=name).values("earlier_id", "chained").first()
        if row is None:
            raise RingRefused(Sentence("there is no team key %(name)s", name=name))
        if row["earlier_id"] is None:
            return HKDF(SHA256(), 32, salt=None, info=b"cop-centre 1\nblind index").derive(private)
        private, name = unchained(bytes(row["chained"]), private, row["earlier_id"], name), row["earlier_id"]


@dataclass(frozen=True)
class MemberRow:
    """Somebody of the team, or who waits to be admitted; `key` is the fingerprint that both can compare."""

    person: int
    pseudonym: str
    name: str
    joined_at: datetime
    admitted: bool
    key: str


def members() -> list[MemberRow]:
    """Who is in the team and who waits, by name. One query."""
    rows = Member.objects.filter(left_at=None).select_related("person").annotate(held=Count("keys")).order_by("person__name", "pk")
    return [
        MemberRow(row.person_id, row.person.pseudonym, row.person.name, row.joined_at, row.held > 0, fingerprint(bytes(row.public)))
        for row in rows
    ]


def is_member(person: int) -> bool:
    """Does this person hold the team's key?"""
    there: bool = Member.objects.filter(person_id=person, left_at=None, keys__isnull=False).exists()
    return there


def newest_id() -> str:
    """The id of the team key in use, empty where there is none."""
    found = TeamKey.objects.filter(later=None).values_list("pk", flat=True).first()
    return str(found or "")


def newest() -> TeamKey:
    """The team key in use. Raises RingRefused where there is none."""
    row = TeamKey.objects.filter(later=None).first()
    if row is None:
        raise RingRefused("the hotline has no keys yet; run cop hotline set-up")
    return row


def member_name(member: Member) -> str:
    """How a member is called inside what is sealed to them."""
    return f"member/{member.pk}"
