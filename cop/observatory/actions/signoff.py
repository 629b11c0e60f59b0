"""Hand a response in, sign it, open it again for a correction (RND-15 to RND-17)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import BY_CODE, mark, words
from cop.ground.public import post, record, reference
from cop.observatory.actions.files import keep_file
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.rounds.entries import MOST_NOTE, short
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.core.rounds.snapshot import Snapshot, difference, read_snapshot
from cop.observatory.formats.round_letters import signed_letter, title_in
from cop.observatory.formats.signed_document import Signature, signed_document
from cop.observatory.models import Correction, Participation, Round, Signoff
from cop.observatory.queries.questionnaires import questionnaire_of
from cop.observatory.queries.readiness import obstacles_of
from cop.observatory.queries.snapshots import snapshot_from, snapshot_of


@transaction.atomic
def submit(*, round_id: str, iso3: str, at: datetime, actor: str) -> None:
    """Hand the answers of a country in for review and signature. Raises Refused that counts what keeps it (RND-15)."""
    row = participation_row(round_id, iso3)
    step(row, Step.SUBMIT)
    found = obstacles_of(row)
    if found:
        raise Refused("RND-15", mark("Some answers have to be put right first: %(n)s."), n=len(found))
    row.submitted_at = at
    row.save(update_fields=["state", "submitted_at"])
    row.locks.all().delete()
    record(actor=actor, verb="submit answers", thing=thing_of(row), at=at)


def sign(
    *, round_id: str, iso3: str, sha256: str, name: str, title: str, language: str, at: datetime, actor: str
) -> int:  # fmt: skip
    """Sign what stands behind the hash `sha256`, which the superior has seen; returns the number of the signature.

    The document is made first; then everything is written at once or not at all. Raises Refused where the answers changed
    meanwhile (RND-16), the response is not handed in (RND-07), or name and title are missing.
    """
    who, post_held = short(name, 120, "RND-16"), short(title, 200, "RND-16")
    if not who or not post_held:
        raise Refused("RND-16", mark("A signature needs your name and your title."))
    if language not in BY_CODE:
        raise Refused("RND-16", mark("The document is made in one of the six languages."))
    seen = snapshot_of(round_id, iso3)
    number = 1 + Signoff.objects.filter(participation__round_id=round_id, participation__iso3=iso3).count()
    document = _document(round_id, seen, Signature(who, post_held, at, number), language)
    with transaction.atomic():
        row = participation_row(round_id, iso3)
        step(row, Step.SIGN)
        snapshot = snapshot_from(row, questionnaire_of(row.round.questionnaire_id))
        if snapshot.sha256 != sha256 or seen.sha256 != sha256 or row.signoffs.count() + 1 != number:
            raise Refused("RND-16", mark("The answers are no longer those that you saw. Read them again."))
        Signoff.objects.create(
            participation=row, number=number, snapshot=snapshot.text, sha256=sha256, document=keep_file(document, "pdf", at),
            name=who, title=post_held, signed_by=actor, language=language, at=at,
        )  # fmt: skip
        _log_corrections(row, number, at)
        row.signed_at = at
        row.save(update_fields=["state", "signed_at"])
        if row.official_address:
            letter = signed_letter(row.round.title, row.language, sha256, number)
            key = f"signed/{round_id}/{iso3}/{number}"
            post(kind="signed", to=row.official_address, subject=letter.subject, body=letter.body, at=at, key=key)
        kept = hashlib.sha256(document).hexdigest()
        record(actor=actor, verb="sign answers", thing=thing_of(row), at=at, number=number, sha256=sha256, document=kept)
    return number


def _document(round_id: str, snapshot: Snapshot, by: Signature, language: str) -> bytes:
    row = Round.objects.get(pk=round_id)
    country = reference().places.countries.get(snapshot.country)
    title = title_in(row.title, language)
    return signed_document(snapshot, questionnaire_of(row.questionnaire_id), title, country, by, words(language))


def _log_corrections(row: Participation, number: int, at: datetime) -> None:
    """A later signature writes the public difference into the correction log, which nobody shortens.

    An answer that was or is not public stays out of it. The reason is the one that the country gave for the correction.
    """
    if number == 1:
        return
    texts = row.signoffs.filter(number__gte=number - 1).order_by("number").values_list("snapshot", flat=True)
    one, two = (read_snapshot(text) for text in texts)
    private = {given.question_id for given in (*one.answers, *two.answers) if not given.public}
    Correction.objects.bulk_create(
        Correction(
            participation=row, question_id=change.question_id, before=change.before, after=change.after, why=row.correcting, at=at
        )
        for change in difference(one.answers, two.answers)
        if change.what == "value" and change.question_id not in private
    )


@transaction.atomic
def correct(*, round_id: str, iso3: str, why: str, at: datetime, actor: str) -> None:
    """Open a signed response again for a correction; the reason goes into the correction log. Raises Refused (RND-17)."""
    row = participation_row(round_id, iso3)
    step(row, Step.CORRECT)
    row.reason = row.correcting = short(why, MOST_NOTE, "RND-17")
    if not row.reason:
        raise Refused("RND-17", mark("A correction needs a reason, which will be public."))
    row.save(update_fields=["state", "reason", "correcting"])
    record(actor=actor, verb="open for correction", thing=thing_of(row), at=at)
