"""Publishing and withdrawing releases: one transaction each, so that a kill leaves what was or what is to be, never a half."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.ground.core.door import advance
from cop.ground.public import data, record, root
from cop.observatory.core.door import observatory
from cop.observatory.core.releases.build import build_release
from cop.observatory.core.releases.content import ReleaseContent
from cop.observatory.core.releases.inputs import ReleaseInputs, inputs_text
from cop.observatory.models.releases import Release, ReleaseCountry

MOST_REASON = 2000


class NotPublished(Exception):
    """Why a release was not published or not withdrawn, in one sentence."""


def publish_release(*, inputs: ReleaseInputs, at: datetime, actor: str) -> str:
    """Build a release from its inputs and keep it; returns its id. Raises NotPublished where that number is taken.

    An embargoed release is kept at once and served from the end of its embargo. Everything happens in one transaction with
    its entry in the audit trail.
    """
    content = build_release(observatory(root()), inputs.plan, inputs.signed, inputs.replies, inputs.before)
    with transaction.atomic():
        if Release.objects.filter(round_id=inputs.plan.round, number=inputs.plan.number).exists():
            raise NotPublished(f"the release {inputs.plan.id} exists already; a correction takes the next number")
        _keep(content, inputs)
        record(
            actor=actor, verb="release.publish", thing=f"release/{inputs.plan.id}", at=at, checksum=content.checksum,
            countries_signed=len(content.header.signed),
        )  # fmt: skip
    _show_anew()
    return inputs.plan.id


def _keep(content: ReleaseContent, inputs: ReleaseInputs) -> None:
    plan = inputs.plan
    kept = Release(
        id=plan.id, round_id=plan.round, number=plan.number, published_at=plan.published, embargo_until=plan.embargo_until,
        header=content.header.text, inputs=inputs_text(inputs), checksum=content.checksum,
    )  # fmt: skip
    kept.save(force_insert=True)
    rows = [ReleaseCountry(release=kept, iso3=iso3, content=country.text) for iso3, country in content.countries.items()]
    ReleaseCountry.objects.bulk_create(rows)


def withdraw(*, release_id: str, why: str, at: datetime, actor: str) -> None:
    """Withdraw a release with a public reason: its address says why from now on. Raises NotPublished."""
    reason = why.strip()
    if not reason or len(reason) > MOST_REASON:
        raise NotPublished(f"a release is withdrawn with a public reason of 1 to {MOST_REASON} characters")
    with transaction.atomic():
        changed = Release.objects.filter(id=release_id, withdrawn_at=None).update(withdrawn_at=at, withdrawn_why=reason)
        if not changed:
            raise NotPublished(f"there is no release {release_id} that stands")
        record(actor=actor, verb="release.withdraw", thing=f"release/{release_id}", at=at)
    _show_anew()


def _show_anew() -> None:
    """Pages that processes keep are made again."""
    folder = data()
    if folder is not None:
        transaction.on_commit(lambda: advance(folder))
