"""Say which question of an earlier version of a questionnaire each question continues (QST-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.core.questionnaires.versions import version_map
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.models import QuestionnaireVersion
from cop.observatory.queries.questionnaires import questionnaire_by


@transaction.atomic
def add_version_map(
    *, questionnaire_id: int, earlier_id: int, lines: Sequence[Mapping[str, str]], at: datetime, actor: str
) -> None:
    """Keep the map from an earlier version to this one, in place of one that was kept before; answers are filled in by it.

    Raises Refused for versions that don't exist or are one, DataError naming the question for a map that leaves one out.
    """
    rows = {row.pk: row for row in QuestionnaireVersion.objects.select_for_update().filter(pk__in=(questionnaire_id, earlier_id))}
    if len(rows) < 2:
        raise Refused("RND-02", mark("Choose another version, from which the answers come."))
    row, earlier = rows[questionnaire_id], rows[earlier_id]
    old, new = questionnaire_by(earlier.sha256), questionnaire_by(row.sha256)
    plain = [{key: text for key, text in line.items() if text} for line in lines]
    version_map({"from": old.version, "to": new.version, "questions": plain}, "the map", old, new)
    row.follows = {**row.follows, earlier.sha256: plain}
    row.save(update_fields=["follows"])
    record(
        actor=actor, verb="add version map", thing=f"questionnaire/{row.key}/{row.version}", at=at, sha256=row.sha256,
        earlier=earlier.sha256, lines=len(plain),
    )  # fmt: skip
