"""What is published: releases, countries in them, and open statistics over them. Embargoed ones don't exist here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cop.ground.core.door import ITU_REGIONS, LANGUAGES, SPECIAL_GROUPS, Country, mark, words
from cop.ground.public import now, reference
from cop.observatory.core.observations import CodeLabel, Flow, ReleaseData
from cop.observatory.core.release import SignedCountry
from cop.observatory.core.releases.build import RELEASE_GROUPS
from cop.observatory.core.releases.content import (
    CountryContent,
    Header,
    ReleaseContent,
    country_of,
    header_of,
)
from cop.observatory.core.releases.counted import counted
from cop.observatory.core.releases.difference import Change, country_difference, difference
from cop.observatory.core.releases.inputs import signed_in
from cop.observatory.core.releases.observations import SCORE, data_of, indicator_names
from cop.observatory.core.releases.profile import Profile, profile_of
from cop.observatory.models import Participation
from cop.observatory.models.releases import Release, ReleaseCountry


@dataclass(frozen=True)
class Listed:
    """A release as it stands in lists. `withdrawn_why` is empty unless it was withdrawn."""

    id: str
    round: str
    number: int
    published_at: datetime
    embargo_until: datetime | None
    checksum: str
    withdrawn_at: datetime | None
    withdrawn_why: str

    @property
    def embargoed(self) -> bool:
        """Does its embargo end later than now?"""
        return self.embargo_until is not None and self.embargo_until > now()


AT_ONCE = 20  # countries whose whole texts are in memory together
_COLUMNS = ("id", "round_id", "number", "published_at", "embargo_until", "checksum", "withdrawn_at", "withdrawn_why")


@dataclass(frozen=True)
class Shown:
    """What the public may see at a moment: releases, the newest first, withdrawn ones too. `pending` says that an embargo
    ends later, so that pages made until then may not be kept."""

    releases: tuple[Listed, ...]
    pending: bool

    @property
    def standing(self) -> tuple[Listed, ...]:
        """Those that are not withdrawn, the newest first."""
        return tuple(one for one in self.releases if one.withdrawn_at is None)

    def of(self, id: str) -> Listed | None:
        """The release of this id, None where there is none to see."""
        return next((one for one in self.releases if one.id == id), None)


def shown(at: datetime | None = None) -> Shown:
    """What the public may see at a moment, by one query."""
    moment = at or now()
    rows = every()
    seen = [one for one in rows if one.published_at <= moment and (one.embargo_until is None or one.embargo_until <= moment)]
    return Shown(tuple(seen), len(seen) < len(rows))


def published(at: datetime | None = None) -> tuple[Listed, ...]:
    """Every release that stands: seen by the public and not withdrawn, the newest first."""
    return shown(at).standing


def every() -> tuple[Listed, ...]:
    """Every release that is kept, embargoed and withdrawn ones too, the newest first. For the operator only."""
    return tuple(Listed(*row) for row in Release.objects.order_by("-published_at", "-number", "id").values_list(*_COLUMNS))


def of_round(round_id: str) -> tuple[Listed, ...]:
    """Every release of a round, embargoed and withdrawn ones too, the newest first. For the desk only."""
    rows = Release.objects.filter(round_id=round_id).order_by("-number").values_list(*_COLUMNS)
    return tuple(Listed(*row) for row in rows)


def header(one: Listed) -> Header:
    """The header of a release that was listed; kept in the process, as it never changes."""
    return _header(one.id, one.checksum)


@lru_cache(maxsize=64)
def _header(id: str, _checksum: str) -> Header:
    return header_of(Release.objects.values_list("header", flat=True).get(id=id))


def country(one: Listed, iso3: str) -> CountryContent | None:
    """What a release says about a country, None where it has no such country; kept in the process."""
    return _country(one.id, one.checksum, iso3)


@lru_cache(maxsize=1024)
def _country(id: str, _checksum: str, iso3: str) -> CountryContent | None:
    text = ReleaseCountry.objects.filter(release_id=id, iso3=iso3).values_list("content", flat=True).first()
    return country_of(text) if text is not None else None


def content(one: Listed) -> ReleaseContent:
    """A whole release; the last few are kept in the process."""
    return _content(one.id, one.checksum)


@lru_cache(maxsize=4)
def _content(id: str, checksum: str) -> ReleaseContent:
    rows = ReleaseCountry.objects.filter(release_id=id).order_by("iso3").values_list("iso3", "content")
    return ReleaseContent(_header(id, checksum), {iso3: country_of(text) for iso3, text in rows})


def countries(one: Listed, codes: tuple[str, ...]) -> tuple[CountryContent, ...]:
    """Several countries of a release in the order of `codes`, by one query."""
    rows = dict(ReleaseCountry.objects.filter(release_id=one.id, iso3__in=codes).values_list("iso3", "content"))
    return tuple(country_of(rows[iso3]) for iso3 in codes if iso3 in rows)


def earlier(one: Listed, among: tuple[Listed, ...]) -> Listed | None:
    """The release to compare with: the newest of another round before this one, else the one that this one corrects."""
    before = [other for other in among if other.published_at < one.published_at and other.id != one.id]
    return next((other for other in before if other.round != one.round), before[0] if before else None)


def corrected(one: Listed, among: tuple[Listed, ...]) -> Listed | None:
    """The release of the same round that this one corrects."""
    return next((other for other in among if other.round == one.round and other.number == one.number - 1), None)


def changes(old: Listed, new: Listed) -> tuple[Change, ...]:
    """Everything that differs between two releases; kept in the process."""
    return _changes(old.id, old.checksum, new.id, new.checksum)


@lru_cache(maxsize=16)
def _changes(old: str, old_checksum: str, new: str, new_checksum: str) -> tuple[Change, ...]:
    return difference(_content(old, old_checksum), _content(new, new_checksum))


def changes_of_country(old: Listed, new: Listed, iso3: str) -> tuple[Change, ...]:
    """What differs in one country between two releases."""
    return tuple(country_difference(iso3, country(old, iso3), country(new, iso3)))


def flow() -> Flow:
    """All standing releases as open statistics, oldest first: the same object until one is published or withdrawn."""
    standing = tuple((one.id, one.checksum) for one in reversed(published()))
    return _flow(standing)


@lru_cache(maxsize=1)
def _flow(standing: tuple[tuple[str, str], ...]) -> Flow:
    headers = tuple(_header(id, checksum) for id, checksum in standing)
    prepared = headers[-1].day if headers else date(2026, 1, 1)
    names = _indicator_labels(headers) if headers else ()
    return Flow(tuple(_data(id, checksum) for id, checksum in standing), area_labels(), names, prepared)


@lru_cache(maxsize=32)
def _data(id: str, checksum: str) -> ReleaseData:
    """A release as open statistics, read country by country. Kept, so that one more release is all that is read for it."""
    rows = ReleaseCountry.objects.filter(release_id=id).order_by("iso3").values_list("content", flat=True)
    return data_of(_header(id, checksum), map(counted, rows.iterator(AT_ONCE)))


SHARES = {
    "countries": mark("%(name)s: share of countries"),
    "children": mark("%(name)s: share of children"),
}
SCORES = mark("Score, all pillars")
SCORE_OF = mark("Score: %(name)s")


def _in_every_language(message: str, **values: str) -> dict[str, str]:
    return {language.code: words(language.code)(message, **values) for language in LANGUAGES}


def _spoken(name: str) -> dict[str, str]:
    return {language.code: words(language.code)(name) for language in LANGUAGES}


def _indicator_labels(headers: tuple[Header, ...]) -> tuple[CodeLabel, ...]:
    names = {indicator.code: _spoken(indicator.name) for one in headers for indicator in one.indicators}
    added: dict[str, dict[str, str]] = {
        key: {language.code: words(language.code)(text, name="%(name)s") for language in LANGUAGES} for key, text in SHARES.items()
    }
    added[SCORE] = _in_every_language(SCORES)
    for term in reference().vocabulary.pillars:
        spoken = _spoken(term.name)
        added[f"{SCORE}/{term.key}"] = {code: words(code)(SCORE_OF, name=name) for code, name in spoken.items()}
    return indicator_names(headers, names, added)


def profile(country: Country, one: Listed, among: tuple[Listed, ...]) -> Profile | None:
    """The profile of a country in a release beside the release before it; None where the release has no such country."""
    found = _country(one.id, one.checksum, country.iso3)
    if found is None:
        return None
    before = earlier(one, among)
    old = _country(before.id, before.checksum, country.iso3) if before else None
    changes = tuple(country_difference(country.iso3, old, found)) if before else ()
    keys = [term.key for term in reference().vocabulary.pillars]
    return profile_of(
        country, header(one), found, keys, before=header(before) if before else None, content_before=old, changes=changes
    )


def area_labels() -> tuple[CodeLabel, ...]:
    """Countries and groups with their names in six languages."""
    held = reference()
    countries = [CodeLabel(c.iso3, {one.code: c.name(one) for one in LANGUAGES}) for c in held.places.countries.values()]
    groups = [CodeLabel(key, _spoken(held.vocabulary.group(key).name)) for key in ("world", *ITU_REGIONS, *SPECIAL_GROUPS)]
    return (*countries, *groups)


def last_signed(round_id: str) -> tuple[SignedCountry, ...]:
    """What the newest release of a round was built from, for the correction that follows it; nothing before the first."""
    text = Release.objects.filter(round_id=round_id).order_by("-number").values_list("inputs", flat=True).first()
    return signed_in(text) if text else ()


def titles(releases: tuple[Listed, ...], language: str) -> dict[str, str]:
    """The titles of releases in a language by id: headers that are not kept yet are read by one query."""
    found = _headers(tuple((one.id, one.checksum) for one in releases))
    return {one.id: found[one.id].name(language) for one in releases}


@lru_cache(maxsize=16)
def _headers(releases: tuple[tuple[str, str], ...]) -> dict[str, Header]:
    rows = Release.objects.filter(id__in=[id for id, _ in releases]).values_list("id", "header")
    return {id: header_of(text) for id, text in rows}


def countries_of_round(round_id: str) -> frozenset[str]:
    """The countries that take part in a round."""
    return frozenset(Participation.objects.filter(round_id=round_id).values_list("iso3", flat=True))


def group_names() -> dict[str, str]:
    """The groups of countries that releases have, by key with their English names."""
    held = reference().vocabulary
    return {key: held.group(key).name for key in RELEASE_GROUPS}
