"""The team's key ring: set it up, join, leave, change the key; each is one action."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.accounts.models import Person
from cop.ground.core.door import Sentence, fingerprint, mark, new_key, public_half
from cop.ground.public import record
from cop.hotline.core.rings import chained, for_member, for_recovery, lock, on_paper
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Member, MemberKey, TeamKey
from cop.hotline.queries.rings import RingRefused, Unlocked, member_name, newest
from cop.hotline.queries.verification import asked_key, ring_faults


def set_up(*, keystore: Keystore, person: int, passphrase: str, at: datetime) -> tuple[str, Unlocked]:
    """Make the recovery key, the first team key, its first member and the keys in files; whole or not at all.

    Answers the recovery key as it is printed, once, and the team's key. Raises RingRefused where a team key is there already,
    WeakPassphrase.
    """
    recovery, team = new_key(), new_key()
    public = public_half(team)
    name, back = fingerprint(public), public_half(recovery)
    fresh = Unlocked(name, team)
    with transaction.atomic():
        if TeamKey.objects.exists():
            raise RingRefused(mark("the hotline has a team key already"))
        TeamKey.objects.create(id=name, public=public, for_recovery=for_recovery(team, name, back), recovery=back, made_at=at)
        record(actor="system", verb="set up keys", thing="hotline", at=at, team=name, recovery=fingerprint(back))
        join(person=person, passphrase=passphrase, unlocked=fresh, actor="system", at=at)
        keystore.prepare(at)
    keystore.set_team(public)
    return on_paper(recovery), fresh


@transaction.atomic
def join(*, person: int, passphrase: str, unlocked: Unlocked, actor: str, at: datetime) -> None:
    """Make somebody a member, who chooses a passphrase; needs the unlocked key of a member. Raises WeakPassphrase, RingRefused."""
    ask(person=person, passphrase=passphrase, at=at)
    admit(person=person, unlocked=unlocked, actor=actor, at=at)


@transaction.atomic
def ask(*, person: int, passphrase: str, at: datetime) -> None:
    """Ask to join, with a passphrase of one's own; nothing opens before a member admits. Raises WeakPassphrase, RingRefused."""
    who = Person.objects.get(pk=person)
    if Member.objects.filter(person=who, left_at=None, keys__isnull=False).exists():
        raise RingRefused(mark("this person is a member of the team already"))
    locked = lock(passphrase)
    fresh = {"public": locked.public, "locked": locked.locked, "joined_at": at, "left_at": None}
    member, _ = Member.objects.update_or_create(person=who, defaults=fresh)
    member.keys.all().delete()
    record(actor=who.pseudonym, verb="ask to join", thing="hotline", at=at, key=fingerprint(locked.public))


@transaction.atomic
def admit(*, person: int, unlocked: Unlocked, actor: str, at: datetime) -> None:
    """Hand the team's key to somebody who asked; needs the unlocked key of a member. Raises RingRefused."""
    if newest().pk != unlocked.team_id:
        raise RingRefused(mark("the team's key has changed; unlock again"))
    member = Member.objects.select_for_update().filter(person_id=person, left_at=None).first()
    if member is None or member.keys.exists():
        raise RingRefused(mark("nobody of that name waits to be admitted"))
    if asked_key(member.person.pseudonym) != fingerprint(bytes(member.public)):
        raise RingRefused(mark("the key of who asks was changed past the program; let them ask again"))
    _hand_over(member, unlocked)
    record(actor=actor, verb="join team", thing="hotline", at=at, member=member.person.pseudonym, team=unlocked.team_id,
           key=fingerprint(bytes(member.public)))  # fmt: skip


@transaction.atomic
def note_unlocking(*, actor: str, opened: bool, at: datetime) -> None:
    """Tell the audit trail that somebody opened the team's key for a shift, or tried a passphrase that opens nothing."""
    record(actor=actor, verb="open key" if opened else "try passphrase", thing="hotline", at=at)


@transaction.atomic
def leave(*, person: int, keystore: Keystore, unlocked: Unlocked, actor: str, at: datetime) -> Unlocked:
    """Take somebody's keys and change the team's key, so that what comes in from now on is closed to them; answers the new key.

    Raises RingRefused where nobody would be left.
    """
    member = Member.objects.filter(person_id=person, left_at=None).first()
    if member is None:
        raise RingRefused(mark("this person is not a member of the team"))
    if not Member.objects.filter(left_at=None, keys__isnull=False).exclude(pk=member.pk).exists():
        raise RingRefused(mark("the last member can't leave; let another join first"))
    member.left_at, member.locked = at, b""
    member.save()
    member.keys.all().delete()
    record(actor=actor, verb="leave team", thing="hotline", at=at, member=member.person.pseudonym)
    return change(keystore=keystore, unlocked=unlocked, actor=actor, at=at)


@transaction.atomic
def change(*, keystore: Keystore, unlocked: Unlocked, actor: str, at: datetime) -> Unlocked:
    """Make a new team key for all members; the earlier one is sealed to it. Answers the new one. Raises RingRefused."""
    earlier = newest()
    if earlier.pk != unlocked.team_id:
        raise RingRefused(mark("the team's key has changed; unlock again"))
    if wrong := ring_faults():
        raise RingRefused(Sentence("the key ring was changed past the program, so nothing is handed over: %(why)s", why=wrong[0]))
    team = new_key()
    public = public_half(team)
    name, recovery = fingerprint(public), bytes(earlier.recovery)
    row = TeamKey.objects.create(
        id=name, public=public, earlier=earlier, chained=chained(unlocked.private, unlocked.team_id, public, name),
        for_recovery=for_recovery(team, name, recovery), recovery=recovery, made_at=at,
    )  # fmt: skip
    fresh = Unlocked(name, team)
    for member in Member.objects.filter(left_at=None, keys__isnull=False).distinct():
        _hand_over(member, fresh)
    record(actor=actor, verb="change team key", thing="hotline", at=at, team=row.pk)
    transaction.on_commit(lambda: keystore.set_team(public))  # the row first: what is sealed can then be opened
    return fresh


def repair(*, keystore: Keystore) -> bool:
    """Reports are sealed to the newest team key again, after a start that was cut off; False where they are already.

    Raises RingRefused where the rows of the ring are not those that the audit trail tells of.
    """
    row = newest()
    if keystore.team() == row.pk:
        return False
    if wrong := ring_faults():
        raise RingRefused(Sentence("the key ring was changed past the program: %(why)s", why=wrong[0]))
    keystore.set_team(bytes(row.public))
    return True


def _hand_over(member: Member, unlocked: Unlocked) -> None:
    sealed = for_member(unlocked.private, unlocked.team_id, bytes(member.public), member_name(member))
    MemberKey.objects.create(member=member, team_id=unlocked.team_id, sealed=sealed)
