"""A sample flow of invented areas: three releases with revisions, unknowns, breaks, and texts that are hard to write."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from cop.observatory.core.observations import CodeLabel, Flow, Observation, ReleaseData

AREAS = {"XAA": "Northland", "XAB": 'Isles, "Outer" & <Inner>', "XAC": "=1+1 Land", "invented-region": "Invented region"}
INDICATORS = {"P1-01": "Law in force", "P1-09/OPSC": "Party to the protocol", "H-01": "Children using the Internet"}
TEXTS = ("COP national survey, 2026", "=SUM(A1:A9)", 'said "yes",\nthen no', "<b> & ]]>", "عربي 中文", " tabs\tand spaces ")
PUBLISHED = (datetime(2025, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC))


def observation(area: str, indicator: str, period: str, value: float | None, status: str = "A", **more: object) -> Observation:
    unit = "per cent" if indicator == "H-01" else "0 to 1"
    given = {"unit": unit, "source": TEXTS[0], "method": "1.0"} | more
    return Observation(area, indicator, period, value, status, **given)  # type: ignore[arg-type]


def whole(year: str, shift: float = 0.0) -> tuple[Observation, ...]:
    found = []
    for number, area in enumerate(AREAS):
        found.append(observation(area, "P1-01", year, 1.0))
        found.append(observation(area, "P1-09/OPSC", year, None, "O" if number % 2 else "M", comment=TEXTS[number]))
        for sex in ("_T", "F", "M"):
            value = 12.5 + number + shift + len(sex)
            found.append(
                observation(area, "H-01", year, value, "B" if number == 1 else "A", sex=sex, age="Y9T12", source=TEXTS[number])
            )
    return tuple(found)


def sample_flow() -> Flow:
    second = (*whole("2025"), observation("XAA", "H-01", "2025", 1e-7, disagg="urban", coverage=TEXTS[5]))
    embargoed = observation("XAC", "P1-01", "2026", 1.0, conf_status="N")
    third = (*(replace(one, comment="corrected") for one in whole("2025", 0.25)), embargoed)
    return Flow(
        (
            ReleaseData("r1", PUBLISHED[0], whole("2024")),
            ReleaseData("r2", PUBLISHED[1], second),
            ReleaseData("r3", PUBLISHED[2], third),
        ),
        tuple(CodeLabel(code, {"en": name, "fr": f"{name} (fr)", "ar": "اسم"}) for code, name in AREAS.items()),
        tuple(CodeLabel(code, {"en": name, "zh-hans": "指标"}) for code, name in INDICATORS.items()),
        date(2026, 11, 22),
    )
