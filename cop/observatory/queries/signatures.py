"""Signatures of a country, its replies and the corrections since, for pages and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cop.observatory.core.rounds.replies import is_overdue
from cop.observatory.core.rounds.snapshot import Change, Snapshot, difference, read_snapshot
from cop.observatory.models import Correction, Reply, Signoff


@dataclass(frozen=True)
class SignatureView:
    """A signature: who, when, over which hash, and the digest of its document."""

    number: int
    name: str
    title: str
    at: datetime
    sha256: str
    document: str
    language: str
    snapshot: Snapshot


def signatures(round_id: str, iso3: str) -> tuple[SignatureView, ...]:
    """The signatures of a country in a round, the last first. One query."""
    rows = Signoff.objects.filter(participation__round_id=round_id, participation__iso3=iso3).order_by("-number")
    return tuple(
        SignatureView(
            row.number, row.name, row.title, row.at, row.sha256, row.document_id, row.language, read_snapshot(row.snapshot)
        )
        for row in rows
    )


def since_signed(found: tuple[SignatureView, ...], now: Snapshot) -> tuple[Change, ...]:
    """What changed since the last signature; everything where there is none."""
    return difference(found[0].snapshot.answers if found else (), now.answers)


@dataclass(frozen=True)
class ReplyView:
    """A reply with its decision, its appeal and the decision of the panel; outcomes are empty while there is none."""

    text: str
    language: str
    written_at: datetime
    decide_by: datetime
    overdue: bool
    outcome: str
    decision: str
    decided_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    panel: tuple[tuple[str, str], ...]
    panel_outcome: str
    panel_decision: str
    panel_decided_at: datetime | None


def reply_views(round_id: str, iso3: str, at: datetime) -> tuple[ReplyView, ...]:
    """The replies of a country, the last first. One query."""
    rows = Reply.objects.filter(participation__round_id=round_id, participation__iso3=iso3).order_by("-pk")
    return tuple(_reply(row, at) for row in rows)


def _reply(row: Reply, at: datetime) -> ReplyView:
    panel = tuple((member["name"], member["institution"]) for member in row.panel)
    return ReplyView(
        row.text, row.language, row.written_at, row.decide_by, is_overdue(row.written_at, row.decided_at, at), row.outcome,
        row.decision, row.decided_at, row.appeal, row.appealed_at, panel, row.panel_outcome, row.panel_decision,
        row.panel_decided_at,
    )  # fmt: skip


@dataclass(frozen=True)
class CorrectionView:
    """A line of the public correction log."""

    iso3: str
    question_id: str
    before: Any
    after: Any
    why: str
    at: datetime


def corrections(round_id: str, iso3: str = "") -> tuple[CorrectionView, ...]:
    """The correction log of a round, or of one country in it, oldest first. One query."""
    rows = Correction.objects.filter(participation__round_id=round_id).select_related("participation").order_by("pk")
    if iso3:
        rows = rows.filter(participation__iso3=iso3)
    return tuple(CorrectionView(r.participation.iso3, r.question_id, r.before, r.after, r.why, r.at) for r in rows)
