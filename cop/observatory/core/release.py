"""What goes into a release: answers that a country has signed, as a round hands them over, and replies printed beside them.

Nothing here names a person. What is not public never leaves the round under the country's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Consent(StrEnum):
    """What a country allows: every answer, those it marks as public, or totals over five countries and more only."""

    ALL = "all"
    PUBLIC = "public"
    TOTALS = "totals"


@dataclass(frozen=True)
class Evidence:
    """A public piece of evidence. `address` is a link, or empty for a file, which is known by its `sha256`.

    `place` is the article or page, `in_force` a partial date as text ("2014", "2014-12", "2014-12-31") or empty. `facts` are
    the facts of a law by name (enacted, in_force, amended, repealed, gazette, original_title, scope, territory).
    """

    title: str
    address: str = ""
    sha256: str = ""
    language: str = ""
    place: str = ""
    in_force: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contested:
    """The other value of a contested answer, shown beside the country's at equal size, with the public reason of the editor.

    `headline` says whether this value, and not the country's, is the one that counts.
    """

    value: Any
    source: str
    as_of: date
    reason: str
    headline: bool = False


@dataclass(frozen=True)
class SignedAnswer:
    """One answer as signed. `value` is plain JSON as in the questionnaire; None is unanswered.

    `source` names what the answer rests on in words, empty where the country itself is the source. `why` says why an answer
    is unknown (stated_unknown, refused, not_held). `note` is what the country wrote beside it (a partly needs it).
    """

    question_id: str
    value: Any
    as_of: date
    public: bool = True
    source: str = ""
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    note: str = ""
    contested: Contested | None = None


@dataclass(frozen=True)
class SignedCountry:
    """What a country signed in a round: its answers behind the hash of the snapshot that was signed.

    `confidential` is True in a confidential round: then nothing is published under the country's name, as with
    Consent.TOTALS.
    """

    iso3: str
    snapshot_sha256: str
    signed_at: datetime
    answers: tuple[SignedAnswer, ...]
    consent: Consent = Consent.PUBLIC
    confidential: bool = False
    institution: str = ""


@dataclass(frozen=True)
class CountryReply:
    """The reply of a country, printed at the size of what it answers; a country that signed nothing may reply too.

    At most 300 words in any of the six languages. `decision` is the public decision on it, empty while none is made.
    """

    iso3: str
    text: str
    language: str
    written: date
    decision: str = ""
    decided: date | None = None
