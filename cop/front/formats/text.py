"""The country answer as plain text for a terminal, in six languages."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from cop.front.core.country_answer import CountryAnswer
from cop.front.core.sentences import (
    EFFORTS,
    HISTORIC,
    STATED,
    band_sentence,
    counts_in_words,
    fact_origin,
    fact_value,
    headline,
    help_lines,
    target_sentence,
    weight_sentence,
)
from cop.ground.core.door import STATES, State, Words, state_words

WIDTH = 96


def country_text(answer: CountryAnswer, t: Words) -> str:
    """The whole answer as lines of at most 96 signs; ends with the command that writes it as a document."""
    lines: list[str] = []
    for block in (_top, _pillars, _targets, _steps, _help, _foot):
        lines += [*block(answer, t), ""]
    return "\n".join(lines).rstrip() + "\n"


def _fold(text: str, indent: int = 0) -> list[str]:
    pad = " " * indent
    return wrap(text, WIDTH, initial_indent=pad, subsequent_indent=pad + "  ") or [pad]


def _top(answer: CountryAnswer, t: Words) -> Iterator[str]:
    yield from _fold(headline(answer, t))
    yield from _fold(band_sentence(answer, t))
    yield from _fold(weight_sentence(answer, t))
    if answer.stated:
        yield t(STATED)
    for item in answer.context:
        figure = item.figure
        value = t.number(figure.value) if figure.unit == "persons" else t.percent(figure.value)
        note = t.comma + t("projection") if figure.projection else ""
        origin = t.isolate(figure.provenance.source)
        yield from _fold(f"{t(item.indicator.name)}{t.colon}{value} ({figure.year}{note}; {origin})")


def _pillars(answer: CountryAnswer, t: Words) -> Iterator[str]:
    for pillar in answer.pillars:
        yield f"{t(pillar.term.name)} — {counts_in_words(dict(pillar.counts), t)}"
        for fact in pillar.facts:
            own = f" [{t(STATED)}]" if fact.answer.provenance.stated_by_user else ""
            yield from _fold(f"{fact.code}  {t(fact.name)}{t.colon}{fact_value(fact, t)}{own}", 2)
            yield from _fold(fact_origin(fact, t), 6)
        by_reason: dict[str, list[str]] = {}
        for item in pillar.unknown:
            name = f"{item.indicator.code} {t(item.indicator.name)}"
            by_reason.setdefault(state_words(item.reading, t), []).append(name)
        for reason, names in by_reason.items():
            yield from _fold(f"{reason}{t.colon}{t.semicolon.join(names)}", 2)


def _targets(answer: CountryAnswer, t: Words) -> Iterator[str]:
    yield f"{t('Targets')} ({t(HISTORIC)})"
    for target in answer.targets:
        yield from _fold(target_sentence(target, t), 2)
    for goal in answer.goals:
        value = t(STATES[State.YES]) if goal.measure == "yes" else t.percent(goal.value, 0)
        said = t(
            "Goal set by %(who)s: %(code)s, %(value)s by %(date)s",
            who=goal.set_by,
            code=goal.indicator,
            value=value,
            date=t.date(goal.by),
        )
        yield from _fold(said, 2)


def _steps(answer: CountryAnswer, t: Words) -> Iterator[str]:
    yield t("What to do next")
    for place, step in enumerate(answer.standing.choice.steps, start=1):
        rule = step.rule
        yield from _fold(f"{place}. {t(step.action)} [{rule.id}]", 2)
        yield from _fold(f"{t('Why')}{t.colon}{t(step.reason)}{t.space}{t(rule.why_this)}", 5)
        yield from _fold(f"{t('Not yet something else')}{t.colon}{t(rule.why_not)}", 5)
        parts = (("Owner", t(rule.owner)), ("Effort", t(EFFORTS[rule.effort])), ("Source", t(rule.source)))
        yield from _fold(" · ".join(f"{t(label)}{t.colon}{text}" for label, text in parts), 5)


def _help(answer: CountryAnswer, t: Words) -> Iterator[str]:
    yield t("Help for a child")
    for line in help_lines(answer, t):
        yield from _fold(line, 2)


def _foot(answer: CountryAnswer, t: Words) -> Iterator[str]:
    yield t("As of %(date)s. Release %(release)s.", date=t.date(answer.at), release=t.isolate(answer.release))
    code, lang = answer.country.iso3, t.language.code
    yield t("As a document: %(command)s", command=f"cop country {code} --lang {lang} --format pdf --output {code}.pdf")
