"""Which file of a response has a digest, and under what name it is handed out."""

from __future__ import annotations

from dataclasses import dataclass

from cop.observatory.models import Evidence, Participation


@dataclass(frozen=True)
class StoredView:
    """A file of a response. `question_id` is empty for the letter of designation."""

    name: str
    kind: str
    question_id: str


def stored_for(round_id: str, iso3: str, sha256: str) -> StoredView | None:
    """The file with this digest in the response of a country; None for one that belongs elsewhere."""
    here = Participation.objects.select_related("designation").filter(round_id=round_id, iso3=iso3).first()
    if here is None:
        return None
    if here.designation is not None and here.designation.sha256 == sha256:
        return StoredView(here.designation_name, here.designation.kind, "")
    piece = Evidence.objects.select_related("file").filter(participation=here, file_id=sha256).first()
    return StoredView(piece.file_name, piece.file.kind, piece.question_id) if piece and piece.file else None
