"""Why a case is closed, and what was done: codes with labels, and the numbers that the exchange of hotlines gives to actions.

The first 21 reasons are those that hotlines give each other (ICCAM, third version, as read in open hotline software of 2024); the
others are our own. Each reason fits some outcomes and no others (CLASS-05).
"""

from __future__ import annotations

from dataclasses import dataclass

from cop.ground.core.door import mark
from cop.hotline.core.case import ILLEGAL, OUTCOMES

ANY = tuple(OUTCOMES)
UNSEEN = ("unable", "gone")


@dataclass(frozen=True)
class Reason:
    """A reason of closing: its label, the outcomes that it fits, and whether other hotlines know it.

    `exceptional`: a case may be closed with it while something is left to do, also before anything was assessed.
    """

    label: str
    fits: tuple[str, ...]
    exchanged: bool = True
    exceptional: bool = False


REASONS: dict[str, Reason] = {
    "other": Reason(mark("Another reason, told in the case"), ANY),
    "not_found": Reason(mark("Nothing was found at the address"), UNSEEN),
    "referrer_wrong": Reason(mark("The page that leads to it was wrong or missing"), ("unable",)),
    "no_access": Reason(mark("There was no way in"), ("unable",)),
    "password": Reason(mark("A password is needed"), ("unable",)),
    "account_disabled": Reason(mark("The account was disabled"), UNSEEN),
    "legally_barred": Reason(mark("The law does not let us look"), ("unable",), exceptional=True),
    "link_expired": Reason(mark("The link had expired"), UNSEEN),
    "site_down": Reason(mark("The site was down"), UNSEEN),
    "temporarily_unavailable": Reason(mark("It could not be reached for a time"), ("unable",)),
    "premium_needed": Reason(mark("A paid account is needed"), ("unable",)),
    "parts_missing": Reason(mark("Parts of a divided file were missing"), ("unable",)),
    "removed_before": Reason(mark("It was removed before we assessed it"), ("gone",)),
    "adult": Reason(mark("It shows adults"), ("not_illegal",)),
    "not_sexualised": Reason(mark("It shows a child in no sexual way"), ("not_illegal",)),
    "below_threshold": Reason(mark("It does not reach what the law forbids"), ("not_illegal",)),
    "too_small": Reason(mark("The picture was too small to be assessed"), ("unable",)),
    "virtual": Reason(mark("It shows no real child, and our law does not cover it"), ("not_illegal",)),
    "link_list": Reason(mark("It is a list of links alone"), ("not_illegal",)),
    "age_unclear": Reason(mark("The age could not be told"), ("unable", "not_illegal")),
    "age_above": Reason(mark("The person is above the age that the law sets"), ("not_illegal",)),
    "removed": Reason(mark("Removed after our notice"), ILLEGAL, exchanged=False),
    "gone_unasked": Reason(mark("Gone before we sent a notice"), ILLEGAL, exchanged=False),
    "not_removed": Reason(mark("Still there, and nothing more can be done"), ILLEGAL, exchanged=False, exceptional=True),
    "referred_to_police": Reason(mark("Given to the police, who act on it"), ANY, exchanged=False, exceptional=True),
    "handed_to_partner": Reason(mark("Given to a partner hotline, which acts on it"), ANY, exchanged=False, exceptional=True),
    "duplicate": Reason(mark("The same as an earlier report"), ("duplicate",), exchanged=False),
    "appeal_upheld": Reason(
        mark("An appeal was right"), tuple(code for code in OUTCOMES if code not in ILLEGAL), exchanged=False
    ),
    "out_of_scope": Reason(mark("It is about something other than harm to a child"), ("not_illegal",), exchanged=False),
    "no_place": Reason(mark("The report names no place that can be found"), ("unable",), exchanged=False),
    "to_helpline": Reason(mark("Somebody needed help, and was led to it"), ("not_illegal", "unable"), exchanged=False),
    "test": Reason(mark("A test of the hotline itself"), ANY, exchanged=False, exceptional=True),
}  # fmt: skip
EXCEPTIONAL: tuple[str, ...] = tuple(code for code, reason in REASONS.items() if reason.exceptional)


def reasons_for(outcome: str) -> tuple[str, ...]:
    """The codes of reasons that fit an outcome; the exceptional ones where nothing was assessed yet (CLASS-05)."""
    return tuple(code for code, reason in REASONS.items() if (outcome in reason.fits if outcome else reason.exceptional))


ACTIONS: dict[str, str] = {
    "told_police": mark("Reported to the police"),
    "told_provider": mark("Reported to the provider"),
    "removed": mark("Removed"),
    "unavailable": mark("Not reachable any more"),
    "moved": mark("Moved to another address"),
    "not_illegal": mark("Not illegal"),
}
# The numbers of actions in the second version of the exchange, and in its third, where two of them differ.
ACTION_NUMBERS_2: dict[str, int] = {
    "told_police": 1, "told_provider": 2, "removed": 3, "unavailable": 4, "moved": 5, "not_illegal": 7,
}  # fmt: skip
ACTION_NUMBERS_3: dict[str, int] = {**ACTION_NUMBERS_2, "moved": 0, "not_illegal": 6}
