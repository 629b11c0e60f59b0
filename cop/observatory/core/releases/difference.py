"""What differs between two releases: every figure, score, reply and share that changed, with both values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cop.observatory.core.releases.content import CountryContent, ReleaseContent, ReleaseFigure, ReleaseScore

KINDS = ("figure", "score", "reply", "answer", "signature", "share", "country")


@dataclass(frozen=True)
class Change:
    """One difference. `area` is a country or group, `code` an indicator, question or empty, `before` and `after` plain texts.

    `kind` is one of KINDS; an empty text means that there was nothing.
    """

    kind: str
    area: str
    code: str
    before: str
    after: str


def difference(old: ReleaseContent, new: ReleaseContent) -> tuple[Change, ...]:
    """Everything that differs from `old` to `new`: countries in order of code, groups last; empty for equal content (REL-06)."""
    found: list[Change] = []
    for iso3 in sorted(old.countries.keys() | new.countries.keys()):
        found += country_difference(iso3, old.countries.get(iso3), new.countries.get(iso3))
    return (*found, *_shares(old, new))


def country_difference(iso3: str, old: CountryContent | None, new: CountryContent | None) -> Iterator[Change]:
    """What differs in one country; None where a release doesn't have it."""
    if old is None or new is None:
        if old is not new:
            yield Change("country", iso3, "", "" if old is None else iso3, "" if new is None else iso3)
        return
    codes = dict.fromkeys((*(figure.code for figure in old.figures), *(figure.code for figure in new.figures)))
    for code in codes:
        before, after = figure_text(old.by_code.get(code)), figure_text(new.by_code.get(code))
        if before != after:
            yield Change("figure", iso3, code, before, after)
    if (was := score_text(old.score)) != (now := score_text(new.score)):
        yield Change("score", iso3, "", was, now)
    if (was := _signature(old)) != (now := _signature(new)):
        yield Change("signature", iso3, "", was, now)
    if old.reply != new.reply:
        yield Change("reply", iso3, "", old.reply.text if old.reply else "", new.reply.text if new.reply else "")
    before_answers = {answer.question: str(answer.value) for answer in old.answers}
    after_answers = {answer.question: str(answer.value) for answer in new.answers}
    for question in dict.fromkeys((*before_answers, *after_answers)):
        if before_answers.get(question) != after_answers.get(question):
            yield Change("answer", iso3, question, before_answers.get(question, ""), after_answers.get(question, ""))


def figure_text(figure: ReleaseFigure | None) -> str:
    """A figure in one text: state, value, and who stands behind it. Nothing and unknown without evidence are both empty."""
    if figure is None or (figure.state == "unknown" and figure.why == "not_held"):
        return ""
    value = "suppressed" if figure.status == "Q" else plain_number(figure.value)
    parts = (figure.state, value, figure.text, figure.since, figure.as_of, figure.origin)
    return "; ".join(part for part in parts if part)


def plain_number(value: float | None) -> str:
    """A number without a needless point: 27, not 27.0; nothing for none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def _bounds(low: float | None, high: float | None) -> str:
    return f"{plain_number(low) or 'unknown'} to {plain_number(high) or 'unknown'}"


def score_text(score: ReleaseScore) -> str:
    """A score in one text: bounds, value and band or reason."""
    bounds, value = _bounds(score.low, score.high), plain_number(score.value)
    return "; ".join(part for part in (bounds, value, f"band {score.band}" if score.band else score.reason) if part)


def _signature(country: CountryContent) -> str:
    return f"{country.signed_at[:10]} {country.snapshot_sha256[:12]}".strip()


def _shares(old: ReleaseContent, new: ReleaseContent) -> Iterator[Change]:
    before = {(a.group, a.code): f"{a.n} of {a.of}; {_bounds(a.low, a.high)}" for a in old.header.aggregates}
    after = {(a.group, a.code): f"{a.n} of {a.of}; {_bounds(a.low, a.high)}" for a in new.header.aggregates}
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield Change("share", key[0], key[1], before.get(key, ""), after.get(key, ""))
