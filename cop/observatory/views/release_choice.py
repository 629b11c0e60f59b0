"""Which release a page is about: the one that its address names, or the newest that stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import Country, UnknownCode, Words
from cop.ground.public import BadParameter, NotThere, page, reference
from cop.observatory.core.releases.content import Header
from cop.observatory.queries import releases as queries
from cop.observatory.queries.releases import Listed, Shown


@dataclass(frozen=True)
class Chosen:
    """The release of a page, and all others that may be seen."""

    one: Listed
    shown: Shown

    @property
    def header(self) -> Header:
        """Its header."""
        return queries.header(self.one)

    @property
    def query(self) -> str:
        """What links to other pages about the same release end with: nothing for the newest."""
        return "" if self.one == self.shown.standing[0] else f"?release={self.one.id}"


class Gone(Exception):
    """The release was withdrawn: its address says why."""

    def __init__(self, one: Listed) -> None:
        self.one = one
        super().__init__(one.id)


def by_parameter(request: HttpRequest, name: str = "release") -> Chosen:
    """The release in `?release=`, else the newest. Raises NotThere where none is published, BadParameter, Gone."""
    shown = queries.shown()
    asked = request.GET.get(name, "")
    if asked:
        found = shown.of(asked)
        if found is None:
            accepted = ", ".join(one.id for one in shown.standing[:5])
            raise BadParameter(name, asked[:60], accepted or "–")
        return _standing(found, shown)
    if not shown.standing:
        raise NotThere(request.path_info[:200], [("/releases/", "releases/")])
    return Chosen(shown.standing[0], shown)


def by_address(id: str) -> Chosen:
    """The release that an address names. Raises NotThere that names the newest ones, Gone."""
    shown = queries.shown()
    found = shown.of(id)
    if found is None:
        raise NotThere(id[:60], [(one.id, f"releases/{one.id}/") for one in shown.standing[:5]])
    return _standing(found, shown)


def _standing(found: Listed, shown: Shown) -> Chosen:
    if found.withdrawn_at is not None:
        raise Gone(found)
    return Chosen(found, shown)


def gone(request: HttpRequest, t: Words, one: Listed) -> HttpResponse:
    """The page of a withdrawn release: that it was, when it was withdrawn, and why."""
    return page(request, "observatory/release_gone.html", t, path=f"releases/{one.id}/", status=410, one=one, noindex=True)


def kept_with_care(response: HttpResponse, shown: Shown) -> HttpResponse:
    """`response`, which nobody may keep while an embargo is about to end."""
    if shown.pending:
        response["Cache-Control"] = "no-store"
    return response


def a_country(code: str, room: str) -> Country:
    """The country of an address. Raises NotThere that names the nearest ones."""
    places = reference().places
    if code in places.countries:
        return places.countries[code]
    try:
        exact = places.country(code)
    except UnknownCode as error:
        raise NotThere(code[:40], [(near, f"{room}/{near}/") for near in error.nearest]) from None
    raise NotThere(code[:40], [(exact.iso3, f"{room}/{exact.iso3}/")])
