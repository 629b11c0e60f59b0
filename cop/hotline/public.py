"""What other rooms and the command line may ask of `hotline`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from cop.accounts.public import hotline_team
from cop.ground.core.door import Figure, NotOpened
from cop.ground.public import Attachment, NotNow, NotReadable, now
from cop.hotline.actions.demonstration import PASSPHRASE, make_demonstration
from cop.hotline.actions.duty import deliver_due, ring
from cop.hotline.actions.escalations import propose_escalations
from cop.hotline.actions.follow import follow_mails, forget_pages
from cop.hotline.actions.keys import repair
from cop.hotline.actions.outside import probe_due, trace_due
from cop.hotline.actions.retention import NotErased, erase_month, finish_erasures, replay, ring_holds
from cop.hotline.core.edition import indicators_of
from cop.hotline.core.notice import WAIT_HOURS
from cop.hotline.core.parcel import open_parcel
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import CaseAddress, TeamKey
from cop.hotline.queries.figures import published
from cop.hotline.queries.notices import check_may_go_out
from cop.hotline.queries.opening import OpenUntil, local_day, open_until, rules
from cop.hotline.queries.retention import due_months, in_force

__all__ = [
    "PASSPHRASE", "demonstration", "facts", "is_open", "keystore", "ledgers", "open_outgoing", "restored", "tick", "work",
]  # fmt: skip
EVERY, DEMO_EVERY = timedelta(hours=1), timedelta(seconds=20)  # between two looks at what was notified
_ELSEWHERE = "run cop hotline erase as the user whose keys they are"
SEALED_MAILS = ("notice", "referral", "pass_on")


def keystore() -> Keystore | None:
    """The keys of the hotline in files, where a folder is set for them."""
    return Keystore(settings.COP_KEYS) if settings.COP_KEYS else None


def is_open(at: datetime) -> OpenUntil | None:
    """The declaration under which this centre takes reports at `at`; None where it is closed, or another hotline takes them."""
    return None if settings.COP_HOTLINE_ELSEWHERE else open_until(at)


def facts(year: int | None = None) -> dict[str, Figure]:
    """What this centre's own hotline says of the indicators P2-03, its parts, and P2-04, by code, with what vouches for it.

    From the newest edition of a published year, or of the newest year; a code that is hidden or unknown is left out (FIG-09).
    Nothing where there is no database yet, or it can't be asked: pages that read files go on.
    """
    try:
        found = published(year)
    except DatabaseError:
        return {}
    return indicators_of(found.edition) if found else {}


def demonstration(at: datetime) -> None:
    """The hotline of a demonstration, made where it is missing, and open. Raises KeysMissing where it has no folder for keys."""
    keys = keystore()
    if keys is None:
        raise KeysMissing("a demonstration needs a data folder")
    make_demonstration(keystore=keys, team=hotline_team(), at=at)


def tick(at: datetime) -> tuple[str, ...]:
    """What is due in the hotline at `at`: calls of the duty desk and alarms, notices and what follows them, keys of months ahead,
    months whose term has ended.

    Reports are sealed to the newest team key again, where that was not so.
    Where this process may not write the keys, `cop hotline prepare` does it as a user who may.
    """
    return (*_duty(at), *_notices(at), *_keys(at), *_retention(at))


def work(at: datetime) -> tuple[str, ...]:
    """What the worker does for the hotline in each of its rounds: traces that were asked for, and looks at what was notified."""
    keys, outside = keystore(), settings.COP_TRACE
    if keys is None or not outside.resolvers or not CaseAddress.objects.exclude(for_service=b"").exists():
        return ()
    try:
        traced = trace_due(keystore=keys, outside=outside, at=at)
        gone = probe_due(keystore=keys, outside=outside, every=DEMO_EVERY if settings.COP_DEMO else EVERY, at=at)
    except KeysMissing as missing:
        return (str(missing),)
    return (*((f"{traced} addresses traced",) if traced else ()), *((f"{gone} addresses look gone",) if gone else ()))


def _duty(at: datetime) -> tuple[str, ...]:
    taken, rung = deliver_due(rules=rules(at).duty, at=at), ring(at=at)
    return (
        *((f"{taken} messages taken by the duty desk",) if taken else ()),
        *((f"the alarm rang: {rung} reports say that a child is in danger",) if rung else ()),
    )


def _notices(at: datetime) -> tuple[str, ...]:
    done = {
        "notices changed with their mails": follow_mails(at=at),
        "steps after a notice were proposed": propose_escalations(at=at, hours=WAIT_HOURS),
        "pages of notices were emptied": forget_pages(at=at),
    }
    return tuple(f"{count} {what}" for what, count in done.items() if count)


def _keys(at: datetime) -> tuple[str, ...]:
    keys = keystore()
    if keys is None or not TeamKey.objects.exists():
        return ()
    try:
        made = [f"{name} made" for name in keys.prepare(at)]
        return (*made, *(("reports are sealed to the newest team key again",) if repair(keystore=keys) else ()))
    except PermissionError:
        return ()


def _retention(at: datetime) -> tuple[str, ...]:
    """What was begun is finished, what is due goes, and holds whose day of review has passed ring (S-30)."""
    keys, declaration = keystore(), in_force(at)
    if keys is None or not TeamKey.objects.exists():
        return ()
    rung = ring_holds(day=local_day(at, declaration) if declaration else at.date(), at=at)
    said = [f"{rung} legal holds are past their day of review; they stand until somebody lifts them"] if rung else []
    try:
        said += finish_erasures(keystore=keys, folders=ledgers(), at=at)
        for one in due_months(keys, declaration, at) if declaration else ():
            if not keys.may_forget():
                said.append(f"month {one.month} is due; {_ELSEWHERE}")
                break
            count = erase_month(keystore=keys, folders=ledgers(), month=one.month, actor="system", at=at)
            said.append(f"month {one.month} erased: {count} reports")
    except OSError as refused:
        said.append(f"keys can't be deleted here ({refused.strerror}); {_ELSEWHERE}")
    except NotErased as stays:
        said.append(str(stays))
    return tuple(said)


def ledgers() -> tuple[Path, ...]:
    """The folders beside that of the keys in which the ledger of erasures lies: the data folder, which is in every backup."""
    return (Path(settings.COP_DATA),) if settings.COP_DATA else ()


def restored(at: datetime) -> tuple[str, ...]:
    """The months of the ledgers whose rows a restore brought back and that are erased again, in the caller's transaction (S-30)."""
    keys = keystore()
    return replay(folders=(*((keys.folder,) if keys else ()), *ledgers()), at=at)


def open_outgoing(kind: str, key: str, sealed: bytes) -> tuple[str, tuple[Attachment, ...]]:
    """Body and files of a sealed mail of the hotline, opened with the service key, for the worker alone.

    Raises NotNow while a police hold stands, a trace is old or the key is missing, NotAnyMore where it must not go out, NotReadable
    where it does not open.
    """
    keys = keystore()
    if kind not in SEALED_MAILS:
        raise NotReadable("nobody opens sealed mails of this kind")
    name = key.removeprefix("notice/")
    check_may_go_out(name, now(), sealed)
    try:
        if keys is None:
            raise NotNow("the folder of keys is not set")
        parcel = open_parcel(keys.service_key(), sealed, name)
    except KeysMissing as error:
        raise NotNow("the worker's key is missing") from error
    except NotOpened as error:
        raise NotReadable("the worker's key does not open this mail") from error
    return parcel.body, tuple(Attachment(one.name, one.type, one.text.encode()) for one in parcel.files)
