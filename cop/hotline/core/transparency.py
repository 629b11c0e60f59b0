"""The yearly report of notices that the European Digital Services Act asks of trusted flaggers, in its Article 22(3) (FIG-08).

It counts notices by provider, by kind of illegal content and by what the provider did, and says how independence is kept. It holds
no personal data: who owns a site is never named. A notice of several addresses counts once for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cop.ground.core.door import SumOfParts, hidden, mark, pooled
from cop.hotline.core.case import ILLEGAL, OUTCOMES
from cop.hotline.core.notice import DECISIONS

NO_ANSWER = "no_answer"
LONGEST_STATEMENT = 2000
KINDS: dict[str, str] = {code: OUTCOMES[code] for code in ILLEGAL} | {"other": mark("Not called illegal any more")}
ACTED: dict[str, str] = DECISIONS | {NO_ANSWER: mark("No answer so far")}


@dataclass(frozen=True)
class NoticeFact:
    """One address in a notice that went out. `provider` is the name of a firm, or empty where the contact may be a person.

    kind: the outcome of the address. action: a code of DECISIONS, or empty while there is no answer.
    """

    provider: str
    kind: str
    sent_on: date
    action: str = ""
    decided_on: date | None = None


@dataclass(frozen=True)
class NoticeReport:
    """Counts of addresses in notices of a year. None stands for one that is hidden; `others` are providers with few, together."""

    year: int
    total: int | None
    providers: tuple[tuple[str, int], ...]
    others: int | None
    kinds: tuple[tuple[str, int | None], ...]
    actions: tuple[tuple[str, int | None], ...]
    independence: str = ""


def notice_report(facts: Iterable[NoticeFact], year: int, *, under: int, independence: str = "") -> NoticeReport:
    """The report of a year; with `under` 1 as it goes to the authority, else with small counts hidden for everybody else."""
    rows = [one for one in facts if one.sent_on.year == year]
    kinds = Counter(one.kind if one.kind in ILLEGAL else "other" for one in rows)
    actions = Counter(one.action if one.action in DECISIONS else NO_ANSWER for one in rows)
    counts = {"total": len(rows)}
    counts |= {f"kind/{code}": kinds[code] for code in KINDS} | {f"action/{code}": actions[code] for code in ACTED}
    sums = [SumOfParts("total", tuple(code for code in counts if code.startswith(part))) for part in ("kind/", "action/")]
    gone = hidden(counts, dict.fromkeys(counts, under), sums)
    firms, rest = _providers(rows, under) if "total" not in gone else ((), None)

    def told(part: str, codes: Iterable[str]) -> tuple[tuple[str, int | None], ...]:
        return tuple((code, None if f"{part}/{code}" in gone else counts[f"{part}/{code}"]) for code in codes)

    total = None if "total" in gone else len(rows)
    return NoticeReport(year, total, firms, rest, told("kind", KINDS), told("action", ACTED), independence.strip())


def _providers(rows: list[NoticeFact], under: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """Firms by name with how many, most first, and all others together; contacts that may be persons are always among those."""
    named, rest = pooled(Counter(one.provider for one in rows), under)
    rest += named.pop("", 0)
    return tuple(sorted(named.items(), key=lambda item: (-item[1], item[0]))), rest
