"""The sentences of the country answer: one that answers, and those that explain it, in any language."""

from __future__ import annotations

from collections.abc import Iterator

from cop.front.core.country_answer import CountryAnswer, Fact, TargetHere
from cop.ground.core.door import STATES, State, Words, mark, state_words
from cop.guidance.core.door import SERVICE_NAMES, emergency_origin, number_origin

_BY_BAND = {
    1: mark("%(country)s: few of the protections that were asked about are in place."),
    2: mark("%(country)s: some of the protections that were asked about are in place."),
    3: mark("%(country)s: about half of the protections that were asked about are in place."),
    4: mark("%(country)s: most of the protections that were asked about are in place."),
    5: mark("%(country)s: nearly all of the protections that were asked about are in place."),
}
_TOO_LITTLE = mark(
    "%(country)s: the evidence held answers %(known)s of %(asked)s questions, too little to say where the country stands."
)
OUTSIDE = mark("This place is shown on its own page and stands outside the count of ITU member states.")
STATED = mark("Stated by the user, not published.")
HISTORIC = mark("2008-2020 framework, historic")
NO_SHAME = mark(
    "Not enough evidence for a band. On the packaged data this is so for every country; facts from the country change it."
)
TARGET_STATUS = {
    "met": mark("met here"),
    "not_met": mark("not met here"),
    "unknown": mark("unknown here"),
    "not_applicable": mark("not applicable here"),
}
TARGET_NAMES = {
    "T1": mark("Target 1: a law on child sexual abuse material"),
    "T2": mark("Target 2: a way to report it"),
    "T3": mark("Target 3: police use advanced forensic tools"),
    "T4": mark("Target 4: online safety in the curriculum"),
    "T5": mark("Target 5: working together across borders"),
}
EFFORTS = {1: mark("weeks"), 2: mark("months"), 3: mark("more than a year")}
BAND_NAMES = {
    1: mark("band 1 of 5: under 20 points"),
    2: mark("band 2 of 5: from 20 points"),
    3: mark("band 3 of 5: from 40 points"),
    4: mark("band 4 of 5: from 60 points"),
    5: mark("band 5 of 5: from 80 points"),
}


def headline(answer: CountryAnswer, t: Words) -> str:
    """The one sentence that answers where the country stands."""
    name = answer.country.name(t.language)
    band = answer.standing.band.number
    if band is None:
        return t(_TOO_LITTLE, country=name, known=t.number(answer.known), asked=t.number(answer.asked))
    return t(_BY_BAND[band], country=name)


def band_sentence(answer: CountryAnswer, t: Words) -> str:
    """The band, or why there is none."""
    band = answer.standing.band.number
    return t(BAND_NAMES[band]) if band else t(NO_SHAME)


def fact_value(fact: Fact, t: Words) -> str:
    """What is known, in words: a state with its date in force, a number with its unit, a level with its label."""
    answer = fact.answer
    if answer.number is not None:
        return t.number(answer.number, 0 if answer.number == int(answer.number) else 1)
    if answer.level is not None and fact.indicator.levels:
        return t(fact.indicator.levels[answer.level])
    if answer.since is not None and fact.reading.state is State.YES:
        return t("yes, since %(date)s", date=t.date(answer.since))
    if answer.text and fact.part is not None and fact.part.kind in ("text", "date"):
        return t.isolate(answer.text)
    said = state_words(fact.reading, t)
    return f"{said} ({t.isolate(answer.text)})" if answer.text and fact.reading.state is State.YES else said


def fact_origin(fact: Fact, t: Words) -> str:
    """Source and date of a fact in one line."""
    origin = fact.answer.provenance
    return t("%(source)s; as of %(date)s", source=t.isolate(origin.source), date=t.date(fact.answer.as_of))


def counts_in_words(counts: dict[State, int], t: Words) -> str:
    """A bar in words: yes 1, partly 0, no 0, unknown 12."""
    return t.comma.join(f"{t(STATES[state])} {t.number(count)}" for state, count in counts.items() if count)


def target_sentence(target: TargetHere, t: Words) -> str:
    """A target of the historic framework and its status here."""
    return f"{t(TARGET_NAMES[target.id])}{t.colon}{t(TARGET_STATUS[target.status])}"


def weight_sentence(answer: CountryAnswer, t: Words) -> str:
    """What the children of the country weigh in the share of the world's children."""
    if answer.weight is None:
        return t(OUTSIDE)
    children = answer.children
    return t(
        "Its %(children)s children are %(share)s of the children of all ITU member states in %(year)s.",
        children=t.number(children.value) if children else "–",
        share=t.percent(answer.weight.value, 2 if answer.weight.value >= 0.01 else 4),
        year=str(answer.weight.year),
    )


def help_lines(answer: CountryAnswer, t: Words) -> Iterator[str]:
    """What a child may do now, a line each: emergency words first, then helplines or the honest fallback."""
    found = answer.help
    if not found.emergency:
        yield t("In danger now: call your local emergency number.")
    for number in found.emergency:
        yield (
            f"{t(SERVICE_NAMES[number.service])}{t.colon}{t.isolate(number.number)} ({emergency_origin(number, t)}{t.semicolon}"
            f"{t('or your local emergency number')})"
        )
    for line in found.helplines:
        yield f"{t.isolate(line.organisation)}{t.colon}{t.isolate(line.number)} ({number_origin(line, t)})"
    if found.is_fallback:
        yield t("We have no number here that we can vouch for.")
        yield t("Talk to an adult you trust, or find a helpline at %(url)s.", url=t.isolate(found.directory("child_helplines").url))
