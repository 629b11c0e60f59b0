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


def stored_for(round_id: str, iso3: str, sha256: str) -> tuple[StoredView, ...]:
    """Every place where the file with this digest stands in the response of a country; none for one that belongs elsewhere.

    The same file may be the letter of designation and evidence of several answers, under a name of its own in each.
    """
    here = Participation.objects.select_related("designation").filter(round_id=round_id, iso3=iso3).first()
    if here is None:
        return ()
    letter = here.designation
    found = [StoredView(here.designation_name, letter.kind, "")] if letter is not None and letter.sha256 == sha256 else []
    pieces = Evidence.objects.select_related("file").filter(participation=here, file_id=sha256).order_by("pk")
    return (*found, *(StoredView(piece.file_name, piece.file.kind, piece.question_id) for piece in pieces if piece.file))
