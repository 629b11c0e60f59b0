"""What a notice may say, to whom it may go, and how it stands: rules as pure functions, told by code in docs/hotline.md.

A notice or referral is written from the fields of `Line` alone. Nothing else of a report has a way into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from cop.ground.core.door import Sentence, mark
from cop.hotline.core.case import ILLEGAL, NotAllowed
from cop.hotline.core.passing import Passed

FRESH = timedelta(hours=24)
SKEW = timedelta(minutes=5)  # clocks of two machines differ
MOST_LINES = 50
WAIT_HOURS = 72  # after that the clock proposes what comes next
LONGEST_EXTRA = 200

CONTACT_KINDS: dict[str, str] = {
    "host": mark("Hosting provider"),
    "platform": mark("Platform or app"),
    "registrar": mark("Registrar of the domain"),
    "site_owner": mark("Owner of the site"),
    "partner": mark("Partner hotline"),
    "police": mark("Police"),
}
SAME_COUNTRY = ("host", "partner")
LEAD_ONLY = ("registrar", "site_owner")
WAYS: dict[str, str] = {
    "mail": mark("Mail, over an encrypted connection"),
    "openpgp": mark("Mail, encrypted to their key"),
    "page": mark("A page that opens a few times, with a code sent by mail"),
}
PASSING = "pass_on"
NOTICE_KINDS: dict[str, str] = {
    "first": mark("First notice"),
    "reminder": mark("Reminder"),
    "escalation": mark("Escalation"),
    "referral": mark("Referral to the police"),
    PASSING: mark("Reports passed on"),
}
ASSESSED = ("first", "reminder", "escalation")  # kinds that tell of what two people call illegal
DECISIONS: dict[str, str] = {
    "removed": mark("They removed it"),
    "disabled": mark("They closed access to it"),
    "account_closed": mark("They closed the account"),
    "refused": mark("They refuse to act"),
    "not_theirs": mark("It is not theirs to act on"),
    "gone_before": mark("It was gone before"),
}
REDRESS: dict[str, str] = {
    "none": mark("No way of redress was named"),
    "internal": mark("They named their own complaints system"),
    "settlement": mark("They named a body that settles disputes"),
    "court": mark("They named a court"),
}
POLICE_OUTCOMES: dict[str, str] = {
    "safeguarded": mark("A child was safeguarded"),
    "investigating": mark("They investigate"),
    "known": mark("It was known to them already"),
    "no_action": mark("No action"),
}


DECLINED: dict[str, str] = {
    "complicit": mark("Who would be told may be part of it"),
    "police": mark("The police object"),
    "gone": mark("It is gone"),
    "no_contact": mark("Nobody is left who can act on it"),
    "other_way": mark("It is followed in another way"),
}


class Standing(StrEnum):
    """How a notice stands."""

    DRAFT = "draft"
    READY = "ready"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"
    DROPPED = "dropped"


STANDINGS: dict[Standing, str] = {
    Standing.DRAFT: mark("Waits until the contact is approved"),
    Standing.READY: mark("Ready to be sent"),
    Standing.QUEUED: mark("In the outbox"),
    Standing.SENT: mark("Sent"),
    Standing.FAILED: mark("Did not arrive"),
    Standing.ACKNOWLEDGED: mark("Receipt confirmed"),
    Standing.DECIDED: mark("Decided"),
    Standing.DROPPED: mark("Dropped before it was sent"),
}
_UNDER_WAY = (Standing.QUEUED, Standing.FAILED, Standing.SENT)
_STEPS: dict[str, tuple[tuple[Standing, ...], Standing]] = {
    "approve": ((Standing.DRAFT,), Standing.READY),
    "send": ((Standing.READY,), Standing.QUEUED),
    "again": ((Standing.FAILED,), Standing.QUEUED),
    "arrive": ((Standing.QUEUED, Standing.FAILED), Standing.SENT),
    "fail": ((Standing.QUEUED,), Standing.FAILED),
    "bounce": ((Standing.QUEUED, Standing.SENT), Standing.FAILED),
    "acknowledge": (_UNDER_WAY, Standing.ACKNOWLEDGED),
    "decide": ((*_UNDER_WAY, Standing.ACKNOWLEDGED), Standing.DECIDED),
    "take back": ((Standing.QUEUED, Standing.FAILED), Standing.DROPPED),
    "drop": ((Standing.DRAFT, Standing.READY), Standing.DROPPED),
}


@dataclass(frozen=True)
class Line:
    """One address of a notice: all that a notice may hold of a case. `reference` is the notice's own, never the reporter's."""

    reference: str
    address: str
    kind: str
    outcome: str
    assessed_on: date
    law: str = ""
    extra: str = ""
    network: str = ""
    country: str = ""


@dataclass(frozen=True)
class Sender:
    """Who signs: the organisation, never an analyst. `mail` is the hotline's own address."""

    name: str
    mail: str

    @property
    def domain(self) -> str:
        """The domain of its mail address."""
        return self.mail.rpartition("@")[2]


@dataclass(frozen=True)
class Letter:
    """A notice before it is written out: of `lines`, or of `reports` that nobody here has assessed."""

    number: str
    kind: str
    sender: Sender
    to_kind: str
    lines: tuple[Line, ...]
    on: date
    danger: bool = False
    contact_of_reporter: str = ""
    reports: tuple[Passed, ...] = ()


@dataclass(frozen=True)
class Recipient:
    """What counts of a contact when a notice is to go out."""

    kind: str
    country: str
    approved: bool
    withdrawn: bool


@dataclass(frozen=True)
class Traced:
    """The newest trace of an address: when, and where it led; an empty country is unknown."""

    at: datetime
    country: str


def line_of(held: Mapping[str, object], *, words: bool = False) -> Line:
    """A line from the fields of `held` that a notice may hold; every other field is left (NOTICE-06).

    Raises NotAllowed for what has no exact location (NOTICE-08), which only a referral to the police may have (`words`).
    """
    names = {one.name for one in fields(Line)}
    line = Line(**{name: value for name, value in held.items() if name in names})  # type: ignore[arg-type]
    if (line.kind == "words" and not words) or not line.address.strip():
        raise NotAllowed("NOTICE-08", mark("a notice needs an exact location, and this is words only"))
    return line


def check_extra(text: str, *, note: str = "", contact: str = "") -> str:
    """What helps to find the item (post, place on a page), in a line. Raises NotAllowed for the reporter's words (NOTICE-06)."""
    found = " ".join(text.split())
    if len(found) > LONGEST_EXTRA or not found.isprintable():
        raise NotAllowed("NOTICE-06", Sentence("what helps to find it has at most %(most)s signs on one line", most=LONGEST_EXTRA))
    if repeats(found, contact=contact, note=note):
        raise NotAllowed("NOTICE-06", mark("this repeats words of the reporter; say it in your own"))
    return found


def repeats(text: str, *, note: str, contact: str) -> bool:
    """Does a text hold the reporter's contact, or four words in a row of the reporter's note?"""
    said, words = _words(text), _words(note)
    mine = f" {' '.join(said)} "
    if contact.strip() and f" {' '.join(_words(contact))} " in mine:
        return True
    return any(f" {' '.join(words[at : at + 4])} " in mine for at in range(len(words) - 3))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def decisions_of(kind: str) -> Mapping[str, str]:
    """What may come of a notice of that kind: codes with labels."""
    return DECISIONS if kind in ASSESSED else POLICE_OUTCOMES


def step(now: Standing, what: str) -> Standing:
    """How a notice stands after a step. Raises NotAllowed (NOTICE-04)."""
    starts, end = _STEPS[what]
    if now not in starts:
        raise NotAllowed(
            "NOTICE-04", Sentence("a notice that stands so can't take this step: %(state)s", state=Sentence(STANDINGS[now]))
        )
    return end


def check_recipient(to: Recipient) -> None:
    """Raises NotAllowed unless the contact was approved by a second person and still counts (NOTICE-01)."""
    if to.withdrawn or not to.approved:
        raise NotAllowed("NOTICE-01", mark("the contact is not approved, or was withdrawn"))


def check_traces(to: Recipient, traces: Iterable[Traced | None], at: datetime) -> None:
    """Raises NotAllowed unless each address was traced within a day to a known country (NOTICE-02), that of a host (NOTICE-03)."""
    for one in traces:
        if one is None or not -SKEW <= at - one.at <= FRESH:
            raise NotAllowed("NOTICE-02", mark("each address is traced anew within the day before a notice goes out"))
        if not one.country:
            raise NotAllowed("NOTICE-02", mark("no notice goes out while the country is unknown"))
        if to.kind in SAME_COUNTRY and one.country != to.country:
            raise NotAllowed(
                "NOTICE-03",
                Sentence(
                    "it is hosted in %(country)s, and this contact answers for %(other)s", country=one.country, other=to.country
                ),
            )


def check_complicity(kind: str, to: Recipient, complicit: bool | None) -> None:
    """Raises NotAllowed where a lead must first say that the contact is not part of it, and did not (NOTICE-05, S-07)."""
    if kind != "escalation" and to.kind not in LEAD_ONLY:
        return
    if complicit is None:
        raise NotAllowed("NOTICE-05", mark("a lead first answers whether this contact may be part of it"))
    if complicit:
        raise NotAllowed("NOTICE-05", mark("who may be part of it gets no notice; refer it to the police"))


def check_lines(outcomes: Iterable[str]) -> None:
    """Raises NotAllowed unless there are 1 to 50 lines, each of something illegal."""
    held = tuple(outcomes)
    if not 1 <= len(held) <= MOST_LINES:
        raise NotAllowed("NOTICE-08", Sentence("a notice has 1 to %(most)s lines", most=MOST_LINES))
    if any(one not in ILLEGAL for one in held):
        raise NotAllowed("NOTICE-08", mark("a notice tells of what is illegal, and of nothing else"))


def next_kind(sent: str) -> str:
    """What the clock proposes after a notice that had no effect: a reminder, then an escalation."""
    return "reminder" if sent == "first" else "escalation"
