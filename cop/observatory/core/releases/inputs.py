"""What a release was built from, kept beside it, so that anyone of the centre can build it again and compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cop.ground.core.door import DataError
from cop.observatory.core.method import Method
from cop.observatory.core.release import Consent, Contested, CountryReply, Evidence, SignedAnswer, SignedCountry
from cop.observatory.core.releases.build import ReleasePlan
from cop.observatory.core.releases.content import canonical, plain
from cop.observatory.core.releases.figures import Asked


@dataclass(frozen=True)
class KeptChoice:
    """A choice of a question as it was asked."""

    code: str
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptQuestion:
    """A question as it was asked, as far as a release needs it."""

    id: str
    code: str
    kind: str
    label: Mapping[str, str]
    choices: tuple[KeptChoice, ...]
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class ReleaseInputs:
    """A plan with everything that was signed, the replies, and the confidential countries of the release before."""

    plan: ReleasePlan
    signed: tuple[SignedCountry, ...]
    replies: tuple[CountryReply, ...] = ()
    before: tuple[SignedCountry, ...] = ()


def kept_question(asked: Asked) -> KeptQuestion:
    """A question with what a release needs of it, and no more."""
    choices = tuple(KeptChoice(choice.code, dict(choice.label)) for choice in asked.choices)
    return KeptQuestion(asked.id, asked.code, str(asked.kind), dict(asked.label), choices, tuple(asked.feeds))


def inputs_text(inputs: ReleaseInputs) -> str:
    """The inputs in canonical JSON."""
    plan = inputs.plan
    return canonical({
        "plan": {
            "round": plan.round, "number": plan.number, "title": plan.title, "published": plan.published.isoformat(),
            "embargo_until": plan.embargo_until.isoformat() if plan.embargo_until else None, "method": plan.method.key,
            "questionnaire": plan.questionnaire, "questionnaire_sha256": plan.questionnaire_sha256,
            "questions": plain(tuple(kept_question(asked) for asked in plan.questions)),
            "confidential": plan.confidential, "note": plan.note, "titles": plain(plan.titles),
        },
        "signed": plain(inputs.signed), "replies": plain(inputs.replies), "before": plain(inputs.before),
    })  # fmt: skip


def inputs_of(text: str, methods: Mapping[str, Method]) -> ReleaseInputs:
    """The inputs from their canonical JSON. Raises DataError where the method isn't held in that version any more."""
    raw = json.loads(text)
    plan = raw["plan"]
    method = next((method for method in methods.values() if method.key == plan["method"]), None)
    if method is None:
        raise DataError(f"the method {plan['method']} is not held any more")
    questions = tuple(_question(one) for one in plan["questions"])
    until = plan["embargo_until"]
    made = ReleasePlan(
        plan["round"], plan["number"], plan["title"], datetime.fromisoformat(plan["published"]),
        datetime.fromisoformat(until) if until else None, method, plan["questionnaire"], plan["questionnaire_sha256"], questions,
        plan["confidential"], plan["note"], plan["titles"],
    )  # fmt: skip
    return ReleaseInputs(made, _countries(raw["signed"]), tuple(_reply(one) for one in raw["replies"]), _countries(raw["before"]))


def signed_in(text: str) -> tuple[SignedCountry, ...]:
    """The signed countries in kept inputs, whatever became of the method since."""
    return _countries(json.loads(text)["signed"])


def _question(raw: Mapping[str, Any]) -> KeptQuestion:
    choices = tuple(KeptChoice(**one) for one in raw["choices"])
    return KeptQuestion(raw["id"], raw["code"], raw["kind"], raw["label"], choices, tuple(raw["feeds"]))


def _countries(rows: Iterable[Mapping[str, Any]]) -> tuple[SignedCountry, ...]:
    return tuple(
        SignedCountry(
            raw["iso3"], raw["snapshot_sha256"], datetime.fromisoformat(raw["signed_at"]),
            tuple(_answer(one) for one in raw["answers"]), Consent(raw.get("consent", Consent.PUBLIC)),
            raw.get("confidential", False), raw.get("institution", ""),
        )
        for raw in rows
    )  # fmt: skip


def _answer(raw: Mapping[str, Any]) -> SignedAnswer:
    other = raw.get("contested")
    return SignedAnswer(**{
        **raw,
        "as_of": date.fromisoformat(raw["as_of"]),
        "evidence": tuple(Evidence(**one) for one in raw.get("evidence", ())),
        "contested": Contested(**{**other, "as_of": date.fromisoformat(other["as_of"])}) if other else None,
    })  # fmt: skip


def _reply(raw: Mapping[str, Any]) -> CountryReply:
    decided = raw.get("decided")
    return CountryReply(**{
        **raw, "written": date.fromisoformat(raw["written"]), "decided": date.fromisoformat(decided) if decided else None,
    })  # fmt: skip
