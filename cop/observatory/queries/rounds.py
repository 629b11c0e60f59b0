"""Rounds as they stand, and what countries signed in them, handed on to releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from cop.observatory.core.expressions import ruled_out
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.release import Consent, Contested, CountryReply, Evidence, SignedAnswer, SignedCountry
from cop.observatory.core.rounds.replies import OUTCOMES, Outcome
from cop.observatory.core.rounds.responses import ANSWERED, Response
from cop.observatory.core.rounds.snapshot import Proof, Snapshot, read_snapshot
from cop.observatory.core.rounds.stages import Calendar, Stage
from cop.observatory.models import Clarification, Participation, Reply, Round, Signoff
from cop.observatory.queries.questionnaires import questionnaire_by, questionnaire_of


@dataclass(frozen=True)
class RoundCard:
    """A round as it stands. `responses` counts its countries by response, `title` maps languages to texts."""

    id: str
    title: Mapping[str, str]
    stage: Stage
    days: Calendar
    questionnaire_id: int
    questionnaire_key: str
    questionnaire_version: str
    questionnaire_sha256: str
    method: str
    confidential: bool
    sample: bool
    opened_at: datetime | None
    closed_at: datetime | None
    preview_from: datetime | None
    published_at: datetime | None
    responses: Mapping[Response, int]

    @property
    def countries(self) -> int:
        return sum(self.responses.values())

    @property
    def answered(self) -> int:
        """Countries that handed in or signed."""
        return sum(count for response, count in self.responses.items() if response in ANSWERED)

    @property
    def rate(self) -> float:
        """The response rate in per cent of the countries of the round; 0 for a round without any."""
        return 100 * self.answered / self.countries if self.countries else 0.0


def rounds() -> tuple[RoundCard, ...]:
    """Every round, the newest opening first. Two queries."""
    rows = Round.objects.select_related("questionnaire").order_by("-opens_at", "id")
    counted: dict[str, Counter[Response]] = {}
    for round_id, state, number in Participation.objects.values_list("round_id", "state").annotate(Count("pk")):
        counted.setdefault(round_id, Counter())[Response(state)] = number
    return tuple(_card(row, counted.get(row.pk, Counter())) for row in rows)


def round_card(round_id: str) -> RoundCard | None:
    """One round; None where there is none. Two queries."""
    row = Round.objects.select_related("questionnaire").filter(pk=round_id).first()
    if row is None:
        return None
    states = Participation.objects.filter(round=row).values_list("state").annotate(Count("pk"))
    return _card(row, {Response(state): number for state, number in states})


def _card(row: Round, responses: Mapping[Response, int]) -> RoundCard:
    asked = row.questionnaire
    return RoundCard(
        row.pk, row.title, Stage(row.state), Calendar(row.opens_at, row.closes_at, row.preview_until, row.embargo_until),
        asked.pk, asked.key, asked.version, asked.sha256, row.method, row.confidential, row.sample, row.opened_at, row.closed_at,
        row.preview_from, row.published_at, responses,
    )  # fmt: skip


def round_questionnaire(card: RoundCard) -> Questionnaire:
    """The questionnaire that a round asks."""
    return questionnaire_of(card.questionnaire_id)


_WHY = {"stated_unknown": "stated_unknown", "refused": "refused", "not_held": "not_held"}


def signed_countries(round_id: str) -> tuple[SignedCountry, ...]:
    """What every country signed last in a round, by country code. Countries that signed nothing are not in it. Three queries."""
    latest: dict[str, Signoff] = {}
    for row in Signoff.objects.filter(participation__round_id=round_id).select_related("participation__round").order_by("number"):
        latest[row.participation.iso3] = row
    contested = _contested(round_id)
    return tuple(_signed(row, contested) for _, row in sorted(latest.items()))


def _contested(round_id: str) -> dict[tuple[str, str], Contested]:
    rows = Clarification.objects.filter(participation__round_id=round_id).exclude(contested=None)
    found = {}
    for iso3, question_id, kept in rows.values_list("participation__iso3", "question_id", "contested"):
        as_of = date.fromisoformat(kept["as_of"])
        found[iso3, question_id] = Contested(kept["value"], kept["source"], as_of, kept["reason"], kept["headline"])
    return found


def _signed(row: Signoff, contested: Mapping[tuple[str, str], Contested]) -> SignedCountry:
    snapshot = read_snapshot(row.snapshot)
    answers = tuple(_answer(snapshot, contested, place) for place in range(len(snapshot.answers)))
    answers += tuple(_not_applicable(questionnaire_by(snapshot.questionnaire_sha256), {a.question_id: a for a in answers}))
    return SignedCountry(
        snapshot.country, row.sha256, row.at, answers, Consent(snapshot.consent), snapshot.confidential, snapshot.institution
    )


def _answer(snapshot: Snapshot, contested: Mapping[tuple[str, str], Contested], place: int) -> SignedAnswer:
    given = snapshot.answers[place]
    return SignedAnswer(
        given.question_id, given.value, date.fromisoformat(given.as_of), given.public, given.source,
        tuple(_evidence(proof) for proof in given.evidence if proof.public), _WHY.get(given.why, ""),
        (given.disagreement and f"{given.note} {given.disagreement}".strip()) or given.note,
        contested.get((snapshot.country, given.question_id)),
    )  # fmt: skip


def _not_applicable(questionnaire: Questionnaire, signed: Mapping[str, SignedAnswer]) -> Iterator[SignedAnswer]:
    """Parts of indicators that what was signed elsewhere leaves no room for: without a list its review is not applicable.

    A whole indicator is not decided like that. Such an answer is as public as what it follows from, and as old.
    """
    values = {key: answer.value for key, answer in signed.items() if answer.value is not None}
    for question_id, others in ruled_out(questionnaire, values).items():
        question = questionnaire.question(question_id)
        if not question.feeds or not all("/" in code for code in question.feeds):
            continue
        deciding = [signed[other] for other in others]
        codes = ", ".join(questionnaire.question(other).code for other in others)
        yield SignedAnswer(
            question_id, "na", min(answer.as_of for answer in deciding), all(answer.public for answer in deciding),
            note=f"Does not arise: it follows from the answer to {codes}.",
        )  # fmt: skip


def _evidence(proof: Proof) -> Evidence:
    facts = {name: value for name, value in proof.facts.items() if name != "territories"}
    if proof.facts.get("territories"):
        facts["territory"] = proof.facts["territories"]
    return Evidence(proof.title, proof.url, proof.sha256, proof.language, proof.place, proof.facts.get("in_force", ""), facts)


def replies(round_id: str) -> tuple[CountryReply, ...]:
    """The last reply of each country in a round, with the decision or, after an appeal, that of the panel. One query."""
    latest: dict[str, Reply] = {}
    for row in Reply.objects.filter(participation__round_id=round_id).select_related("participation").order_by("pk"):
        latest[row.participation.iso3] = row
    return tuple(_reply(iso3, row) for iso3, row in sorted(latest.items()))


def _reply(iso3: str, row: Reply) -> CountryReply:
    outcome, words, decided = row.outcome, row.decision, row.decided_at
    if row.panel_decided_at:
        outcome, words, decided = row.panel_outcome, row.panel_decision, row.panel_decided_at
    decision = f"{OUTCOMES[Outcome(outcome)]}: {words}" if outcome else ""
    return CountryReply(iso3, row.text, row.language, row.written_at.date(), decision, decided.date() if decided else None)


def countries_by_response(round_id: str) -> dict[Response, list[str]]:
    """The countries of a round (ISO alpha-3) by where their response stands. One query."""
    found: dict[Response, list[str]] = {}
    for iso3, state in Participation.objects.filter(round_id=round_id).order_by("iso3").values_list("iso3", "state"):
        found.setdefault(Response(state), []).append(iso3)
    return found
