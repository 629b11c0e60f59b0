"""The right of reply: private preview, reply, decision, appeal (RND-20 to RND-22)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cop.ground.core.door import BY_CODE, mark
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.stages import Stage

MOST_WORDS = 300
DECIDE_WITHIN = timedelta(days=15)
APPEAL_WITHIN = timedelta(days=30)
MOST_PANEL = 9
LEAST_PANEL = 3
# One sign of a script without spaces counts as a word does in its style guides: half of one.
_SIGNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Outcome(StrEnum):
    """What was decided on a reply or an appeal."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"


OUTCOMES = {
    Outcome.ACCEPTED: mark("accepted"),
    Outcome.PARTLY: mark("accepted in part"),
    Outcome.REFUSED: mark("not accepted"),
}


def word_count(text: str) -> int:
    """The words of a reply in any of the six languages; two Chinese signs count as one word."""
    signs = len(_SIGNS.findall(text))
    rest = [part for part in _SIGNS.sub(" ", text).split() if any(unicodedata.category(sign)[0] in "LN" for sign in part)]
    return len(rest) + (signs + 1) // 2


def check_reply(text: str, language: str, stage: Stage) -> None:
    """Raises Refused for a reply outside the preview, in another language, empty, or longer than 300 words (RND-20)."""
    if stage not in (Stage.PREVIEW, Stage.EMBARGOED):
        raise Refused("RND-20", mark("A reply is written during the preview of the countries, or before the embargo ends."))
    if language not in BY_CODE:
        raise Refused("RND-20", mark("A reply is written in one of the six languages."))
    found = word_count(text)
    if not found:
        raise Refused("RND-20", mark("The reply is empty."))
    if found > MOST_WORDS:
        raise Refused("RND-20", mark("The reply has %(n)s words; it may have %(most)s at most."), n=found, most=MOST_WORDS)


def decide_by(written: datetime) -> datetime:
    """The moment until which a reply is decided: 15 days after it was written (RND-21)."""
    return written + DECIDE_WITHIN


def is_overdue(written: datetime, decided: datetime | None, at: datetime) -> bool:
    """Is a decision late at this moment? Late ones are shown as such on the board and in the page."""
    return decided is None and at > decide_by(written)


def check_appeal(decided: datetime | None, appealed: bool, at: datetime) -> None:
    """Raises Refused for an appeal before there is a decision, a second one, or one more than 30 days later (RND-22)."""
    if decided is None:
        raise Refused("RND-22", mark("There is no decision yet that an appeal could be about."))
    if appealed:
        raise Refused("RND-22", mark("An appeal was made already."))
    if at - decided > APPEAL_WITHIN:
        raise Refused("RND-22", mark("An appeal is made within 30 days of the decision."))


@dataclass(frozen=True)
class Panelist:
    """A member of an appeal panel: the name to print, the institution, and the address that shows that it is no staff."""

    name: str
    institution: str
    address: str


def check_panel(panel: tuple[Panelist, ...], staff: frozenset[str]) -> None:
    """Raises Refused for a panel of fewer than three or more than nine, of one person twice, or with staff on it (RND-22)."""
    addresses = [member.address.strip().casefold() for member in panel]
    if not LEAST_PANEL <= len(panel) <= MOST_PANEL:
        raise Refused("RND-22", mark("A panel has three to nine members."))
    if len(set(addresses)) < len(addresses) or any(not member.name.strip() or not member.institution.strip() for member in panel):
        raise Refused("RND-22", mark("Each member of a panel is another person, with name and institution."))
    if {address.casefold() for address in staff} & set(addresses):
        raise Refused("RND-22", mark("Nobody who works for this centre sits on the panel of an appeal."))
