"""The words of releases: the sentence that answers, what a figure says, and why there is no score."""

from __future__ import annotations

from collections.abc import Mapping

from cop.ground.core.door import STATES, UNITS, State, Words, mark, parse_date, state_words
from cop.observatory.core.releases.content import CONFIRMED, DESK, NONE, Header, ReleaseFigure, ReleaseIndicator, ReleaseScore
from cop.observatory.core.releases.difference import Change
from cop.observatory.core.releases.profile import Counts, Profile
from cop.observatory.core.releases.reading import reading_of
from cop.observatory.core.scores import Reason

_BY_BAND = {
    1: mark("%(country)s has few of the protections that were asked about."),
    2: mark("%(country)s has some of the protections that were asked about."),
    3: mark("%(country)s has about half of the protections that were asked about."),
    4: mark("%(country)s has most of the protections that were asked about."),
    5: mark("%(country)s has nearly all of the protections that were asked about."),
}
_TOO_LITTLE = mark("%(country)s: %(known)s of %(asked)s questions are answered, too little to say where the country stands.")
_BETWEEN = mark("%(country)s: %(known)s of %(asked)s questions are answered; the open ones leave more than one band possible.")
CONFIRMED_BY_COUNTRY = mark("The country signed its answers on %(date)s.")
NOT_SIGNED = mark("The country has signed no public answers in this round; what stands here is desk research.")
ORIGINS = {
    CONFIRMED: mark("confirmed by the country"),
    DESK: mark("desk research"),
    NONE: mark("no source"),
}
WITHHELD = mark("withheld, the count is too small to be printed")
REASONS: Mapping[str, str] = {
    Reason.VALUE_OUTSIDE_GOALPOSTS: mark("a value lies outside what the method accepts"),
    Reason.ZERO_IN_GEOMETRIC_MEAN: mark("a zero stands in a mean that can't hold one"),
    Reason.NO_APPLICABLE: mark("nothing applies"),
    Reason.TOO_FEW_KNOWN: mark("too few answers are known"),
    Reason.GROUP_BELOW_MINIMUM: mark("too few answers are known in one pillar"),
    Reason.BOUNDS_IN_TWO_BANDS: mark("the open answers leave more than one band possible"),
}
SCORE_BOUNDS = mark("between %(low)s and %(high)s points of 100")
CHANGE_KINDS = {
    "figure": mark("Figures"),
    "score": mark("Scores"),
    "reply": mark("Replies"),
    "answer": mark("Answers in words"),
    "signature": mark("Signatures"),
    "share": mark("Shares of groups"),
    "country": mark("Countries"),
}


_SAID_ALREADY = {"yes": "1.0", "partly": "0.5", "no": "0.0"}


def headline(profile: Profile, t: Words) -> str:
    """The one sentence that answers where the country stands by this release."""
    name, band = profile.country.name(t.language), profile.content.score.band
    if band is not None:
        return t(_BY_BAND[band], country=name)
    known, asked = t.number(profile.known), t.number(profile.asked)
    several = profile.content.score.reason == Reason.BOUNDS_IN_TWO_BANDS
    return t(_BETWEEN if several else _TOO_LITTLE, country=name, known=known, asked=asked)


def standing(profile: Profile, t: Words) -> str:
    """Who stands behind the figures of the profile."""
    if not profile.content.signed_at:
        return t(NOT_SIGNED)
    return t(CONFIRMED_BY_COUNTRY, date=t.date(parse_date(profile.content.signed_at[:10])))


def score_words(score: ReleaseScore, t: Words) -> str:
    """The bounds of a score, and why it has no band."""
    if score.low is None or score.high is None:
        return t(REASONS.get(score.reason, "")) or t("no figure")
    said = t(SCORE_BOUNDS, low=t.number(score.low), high=t.number(score.high))
    return f"{said} ({t(REASONS[score.reason])})" if score.reason else said


def figure_words(figure: ReleaseFigure, known: ReleaseIndicator, header: Header, levels: tuple[str, ...], t: Words) -> str:
    """What a figure says: a state, a level by its label, a number with its unit, a text, or why there is none."""
    if figure.status == "Q":
        return t(WITHHELD)
    if figure.state in ("unknown", "na"):
        return state_words(reading_of(figure), t)
    if known.kind == "level" and figure.value is not None and levels:
        return t(levels[int(figure.value)])
    if known.kind == "number" and figure.value is not None:
        number = t.number(figure.value, 0 if figure.value == int(figure.value) else 1)
        return t.percent(figure.value) if known.unit == "per cent" else f"{number} {t(UNITS[known.unit])}"
    if figure.text and known.kind in ("text", "date"):
        question = header.questions_by_id.get(figure.place.removeprefix("question "))
        if question is None or not question.choices:
            return t.isolate(figure.text)
        return t.semicolon.join(question.words(code, t.language.code) for code in figure.text.split(", "))
    if figure.since and figure.state == "yes":
        return t("yes, since %(date)s", date=t.date(parse_date(figure.since)))
    return t(STATES[State(figure.state)])


def figure_class(figure: ReleaseFigure, known: ReleaseIndicator) -> str:
    """The class that colours a figure: its state; none for numbers, texts and what is withheld."""
    coloured = known.kind in ("state", "level") and figure.status != "Q"
    return figure.state if coloured or figure.state in ("unknown", "na") else ""


def counts_words(counts: Counts, t: Words) -> str:
    """A bar in words: yes 1, partly 0, unknown 12."""
    return t.comma.join(f"{t(STATES[state])} {t.number(count)}" for state, count in counts.items() if count)


def other_words(value: object, t: Words) -> str:
    """The other value of a contested figure in words."""
    if isinstance(value, str) and value in set(State):
        return t(STATES[State(value)])
    if isinstance(value, int | float):
        return t.number(value, 0 if value == int(value) else 1)
    return t.semicolon.join(map(str, value)) if isinstance(value, list) else str(value)


def change_words(text: str, t: Words) -> str:
    """One side of a change: its state in words, the rest as it is; a dash for nothing."""
    if not text:
        return "–"
    first, _, rest = text.partition("; ")
    parts = [t(STATES[State(first)]) if first in set(State) else first]
    given = rest.split("; ")
    if given[0] == _SAID_ALREADY.get(first):
        given = given[1:]
    for part in filter(None, given):
        parts.append(t(ORIGINS[part]) if part in ORIGINS else t("withheld") if part == "suppressed" else t.isolate(part))
    return t.semicolon.join(parts)


def change_counts(changes: tuple[Change, ...]) -> dict[str, int]:
    """How many changes there are of each kind, kinds without any left out."""
    found = {kind: sum(change.kind == kind for change in changes) for kind in CHANGE_KINDS}
    return {kind: n for kind, n in found.items() if n}
