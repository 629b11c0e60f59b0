"""Reports that this centre does not assess, as they are passed on to a partner hotline or the police. Rules: PORTAL-nn.

What may leave is listed once, in the fields of `Passed`. Nothing else of a report has a way into what is written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from cop.hotline.core.body import Body
from cop.hotline.core.portal import PortalRules

FORMAT = "cop-pass-on-1"
MOST_REPORTS = 50  # in one notice
MOST_ADDED = 20_000  # signs of further words of one reporter
MOST_BYTES = 150_000  # of all words in one notice: written out twice, and exactly, and encrypted, a mail may still hold them
WAYS = ("openpgp", "page")  # never a mail that others on its way can read


@dataclass(frozen=True)
class Recipient:
    """Who assesses in a mode: the kind of contact, the reason with which cases are closed, and the phrase that reporters read."""

    kind: str
    reason: str
    phrase: str


TO: dict[str, Recipient] = {
    "portal": Recipient("partner", "handed_to_partner", "passed_to_partner"),
    "police": Recipient("police", "referred_to_police", "passed_to_police"),
}
PHRASES = tuple(one.phrase for one in TO.values())


@dataclass(frozen=True)
class Passed:
    """One report as it is passed on: all that may leave of it (PORTAL-06). `reference` is the notice's own, never the reporter's.

    `received` is a minute of UTC (2026-11-22T10:00Z). `child`: the reporter says that they are under 18. `added` are further words
    of the reporter, oldest first, and `left_out` how many of those did not fit or do not open. `contact` is empty unless
    the reporter agreed to this recipient.
    """

    reference: str
    received: str
    danger: bool
    child: bool = False
    address: str = ""
    place: str = ""
    concern: str = ""
    site_type: str = ""
    note: str = ""
    language: str = ""
    contact: str = ""
    added: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def size(self) -> int:
        """How many bytes of UTF-8 its words have."""
        return sum(len(text.encode()) for text in (self.address, self.place, self.note, self.contact, *self.added))


FIELDS = tuple(one.name for one in fields(Passed))


def passed(
    body: Body, *, reference: str, received_at: datetime, danger: bool, agreed: bool, added: Sequence[str | None] = ()
) -> Passed:
    """A report as it is passed on. `agreed`: may this recipient have the contact? `added`: None for words that do not open."""
    kept: list[str] = []
    for text in added:
        if text and sum(map(len, kept)) + len(text) <= MOST_ADDED:
            kept.append(text)
    consent = body.may_pass_on
    return Passed(
        reference, f"{received_at:%Y-%m-%dT%H:%MZ}", danger, body.reporter == "child", body.address, body.place, body.concern,
        body.site_type, body.note, body.language, body.contact if agreed and consent == "yes" else "", tuple(kept),
        sum(text is None or bool(text) for text in added) - len(kept),
    )  # fmt: skip


def fitting(sizes: Sequence[int]) -> int:
    """How many of these reports, from the first on, go into one notice: at most 50, and no more bytes than a mail may have."""
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if place == MOST_REPORTS or (place and total > MOST_BYTES):
            return place
    return len(sizes)


def addressee(rules: PortalRules) -> tuple[str, str]:
    """Whom a reporter allows to have the contact, by the declaration under which the form was shown: a partner by name, or the
    police."""
    return ("partner", rules.partner) if rules.mode == "portal" else ("police", "")


def has_agreed(shown: Collection[PortalRules], now: PortalRules) -> bool:
    """Does a consent that was given under the declarations of that minute hold for whom reports go to now (PORTAL-07)?"""
    return bool(shown) and all(addressee(one) == addressee(now) for one in shown)


def exact(number: str, name: str, mail: str, at: datetime, reports: Sequence[Passed]) -> str:
    """The exact words of the reports as JSON of the format cop-pass-on-1, told in docs/hotline.md."""
    held = {
        "format": FORMAT, "number": number, "sender": {"name": name, "mail": mail}, "passed_on": f"{at:%Y-%m-%dT%H:%MZ}",
        "assessed": False, "reports": [asdict(one) for one in reports],
    }  # fmt: skip
    return json.dumps(held, ensure_ascii=False, indent=1) + "\n"
