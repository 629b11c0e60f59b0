"""Publishing and withdrawing releases: one transaction each, so that a kill leaves what was or what is to be, never a half."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from cop.ground.core.door import Country, advance
from cop.ground.public import data, record, reference, root
from cop.observatory.core.door import observatory
from cop.observatory.core.releases.build import ReleasePlan, build_release, is_confidential
from cop.observatory.core.releases.content import ReleaseContent, digest
from cop.observatory.core.releases.inputs import ReleaseInputs, inputs_text, kept_question
from cop.observatory.core.releases.profile import Profile, profile_of
from cop.observatory.models.releases import Release, ReleaseCountry
from cop.observatory.queries import releases
from cop.observatory.queries.rounds import replies, round_card, round_questionnaire, signed_countries

MOST_REASON = 2000
DEFAULT_METHOD = "cop-2026"


class NotPublished(Exception):
    """Why a release was not published or not withdrawn, in one sentence."""


def publish(*, round_id: str, at: datetime, actor: str, note: str = "") -> str:
    """Publish what the countries of a round signed, as the next release of the round; returns its id, such as cop-2026.1.

    The second release of a round and each later one is a correction. Before the round's embargo ends, the release is kept and
    served from then on. Raises NotPublished for a round that doesn't exist, a sample round, or a method that isn't held.
    """
    card = round_card(round_id)
    if card is not None and card.sample:
        raise NotPublished(f"{round_id} is a sample round with generated answers; it is never published")
    return publish_release(inputs=inputs_of_round(round_id=round_id, at=at, note=note), at=at, actor=actor)


def inputs_of_round(*, round_id: str, at: datetime, note: str = "") -> ReleaseInputs:
    """Everything that the next release of a round is built from. Raises NotPublished."""
    card = round_card(round_id)
    if card is None:
        raise NotPublished(f"there is no round {round_id}")
    methods = observatory(root()).methods
    method = methods.get(card.method or DEFAULT_METHOD)
    if method is None:
        raise NotPublished(f"the round {round_id} names the method {card.method}, and there are {', '.join(methods)}")
    kept = releases.of_round(round_id)
    before = tuple(country for country in releases.last_signed(round_id) if is_confidential(country))
    asked = round_questionnaire(card)
    embargo = card.days.embargo_until if card.days.embargo_until > at else None
    titles = dict(card.title)
    plan = ReleasePlan(
        round_id, 1 + max((one.number for one in kept), default=0), titles.get("en") or next(iter(titles.values()), round_id), at,
        embargo, method, f"{card.questionnaire_key} {card.questionnaire_version}", card.questionnaire_sha256,
        tuple(kept_question(question) for question in asked.questions), card.confidential, note.strip()[:MOST_REASON], titles,
    )  # fmt: skip
    return ReleaseInputs(plan, signed_countries(round_id), replies(round_id), before)


def publish_release(*, inputs: ReleaseInputs, at: datetime, actor: str) -> str:
    """Build a release from its inputs and keep it; returns its id. Raises NotPublished where that number is taken.

    An embargoed release is kept at once and served from the end of its embargo. Everything happens in one transaction with
    its entry in the audit trail.
    """
    content = build_release(observatory(root()), inputs.plan, inputs.signed, inputs.replies, inputs.before)
    taken = NotPublished(f"the release {inputs.plan.id} exists already; a correction takes the next number")
    try:
        with transaction.atomic():
            if Release.objects.filter(round_id=inputs.plan.round, number=inputs.plan.number).exists():
                raise taken
            _keep(content, inputs)
            record(
                actor=actor, verb="release.publish", thing=f"release/{inputs.plan.id}", at=at, checksum=content.checksum,
                countries_signed=len(content.header.signed),
            )  # fmt: skip
    except IntegrityError:  # somebody else published at the same moment
        if Release.objects.filter(id=inputs.plan.id).exists():
            raise taken from None
        raise
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


def preview_of_country(*, round_id: str, country: Country, at: datetime) -> Profile:
    """What would be published about a country now, built from its own answers alone and kept nowhere. Raises NotPublished."""
    inputs = inputs_of_round(round_id=round_id, at=at)
    own = tuple(one for one in inputs.signed if one.iso3 == country.iso3)
    said = tuple(one for one in inputs.replies if one.iso3 == country.iso3)
    content = build_release(observatory(root()), inputs.plan, own, said)
    keys = [term.key for term in reference().vocabulary.pillars]
    return profile_of(country, content.header, content.countries[country.iso3], keys)


def withdraw(*, release_id: str, why: str, at: datetime, actor: str) -> None:
    """Withdraw a release with a public reason: its address says why from now on. Raises NotPublished."""
    reason = why.strip()
    if not reason or len(reason) > MOST_REASON:
        raise NotPublished(f"a release is withdrawn with a public reason of 1 to {MOST_REASON} characters")
    with transaction.atomic():
        changed = Release.objects.filter(id=release_id, withdrawn_at=None).update(withdrawn_at=at, withdrawn_why=reason)
        if not changed:
            raise NotPublished(f"there is no release {release_id} that stands")
        record(actor=actor, verb="release.withdraw", thing=f"release/{release_id}", at=at, why_sha256=digest(reason))
    _show_anew()


def _show_anew() -> None:
    """Pages that processes keep are made again."""
    folder = data()
    if folder is not None:
        transaction.on_commit(lambda: advance(folder))
