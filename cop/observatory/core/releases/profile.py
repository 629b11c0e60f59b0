"""The profile of a country in a release: its pillars line by line, its bars beside its region's, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cop.ground.core.door import ITU_REGIONS, Country, State, in_group
from cop.observatory.core.releases.content import CONFIRMED, CountryContent, Header, ReleaseFigure, ReleaseIndicator, ReleaseStep
from cop.observatory.core.releases.difference import Change

Counts = Mapping[State, int]


@dataclass(frozen=True)
class Line:
    """One line of a profile: an indicator or part, with what the release says about it."""

    known: ReleaseIndicator
    figure: ReleaseFigure

    @property
    def is_part(self) -> bool:
        return "/" in self.known.code


@dataclass(frozen=True)
class ProfilePillar:
    """A pillar: how many of its scored indicators are in each state, its lines, and its step of the method, if it has one."""

    key: str
    counts: Counts
    lines: tuple[Line, ...]
    unknown: tuple[Line, ...]
    step: ReleaseStep | None
    step_before: ReleaseStep | None


@dataclass(frozen=True)
class Profile:
    """A country in a release. `before` is the release it is compared with; `region` the key of its ITU region, or empty."""

    country: Country
    header: Header
    content: CountryContent
    pillars: tuple[ProfilePillar, ...]
    others: tuple[Line, ...]
    region: str = ""
    region_bars: Mapping[str, Counts] = field(default_factory=dict)
    before: Header | None = None
    changes: tuple[Change, ...] = ()

    @cached_property
    def known(self) -> int:
        """How many scored indicators are answered."""
        return sum(n for p in self.pillars for state, n in p.counts.items() if state not in (State.UNKNOWN, State.NA))

    @cached_property
    def asked(self) -> int:
        """How many scored indicators apply."""
        return sum(n for p in self.pillars for state, n in p.counts.items() if state is not State.NA)

    @cached_property
    def confirmed(self) -> int:
        """How many lines the country stands behind."""
        return sum(line.figure.origin == CONFIRMED for p in self.pillars for line in p.lines)


def profile_of(
    country: Country, header: Header, content: CountryContent, pillars: Sequence[str], *,
    before: Header | None = None, content_before: CountryContent | None = None, changes: tuple[Change, ...] = (),
) -> Profile:  # fmt: skip
    """The profile of a country; `pillars` are the keys of the five in order."""
    steps, earlier = _steps(content), _steps(content_before) if content_before else {}
    region = next((key for key in ITU_REGIONS if in_group(country, key, header.day)), "")
    raw = header.bars.get(region, {})
    bars = {key: {State(state): n for state, n in counts.items()} for key, counts in raw.items()}
    lines = [Line(known, content.of(known.code)) for known in header.indicators]
    made = tuple(_pillar(key, lines, steps.get(key), earlier.get(key)) for key in pillars)
    others = tuple(line for line in lines if line.known.pillar not in pillars and line.figure.as_of)
    return Profile(country, header, content, made, others, region, bars, before, changes)


def _steps(content: CountryContent) -> dict[str, ReleaseStep]:
    return {step.code: step for step in content.steps if step.step == "group"}


def _pillar(key: str, every: Sequence[Line], step: ReleaseStep | None, before: ReleaseStep | None) -> ProfilePillar:
    lines = [line for line in every if line.known.pillar == key]
    held = tuple(line for line in lines if line.figure.as_of or line.figure.state != "unknown")
    unknown = tuple(line for line in lines if not line.figure.as_of and line.figure.state == "unknown" and not line.is_part)
    return ProfilePillar(key, _counted(line for line in lines if line.known.scored), held, unknown, step, before)


def _counted(lines: Iterable[Line]) -> Counts:
    states = [line.figure.state for line in lines]
    return {state: states.count(str(state)) for state in State}


def counts_of(header: Header, content: CountryContent, pillar: str) -> Counts:
    """One of the five bars: the scored indicators of a pillar by state."""
    return _counted(Line(known, content.of(known.code)) for known in header.indicators if known.scored and known.pillar == pillar)
