"""Reveal an address on a viewing station, book minutes, see one's own care and, for a lead, the load; register stations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import desk_language, desk_page, holds, require
from cop.ground.core.door import NotOpened, Sentence, words
from cop.ground.public import NotThere, now
from cop.hotline.actions.exposure import MOST_MINUTES, RevealRefused, book, reveal
from cop.hotline.actions.stations import StationRefused, digest_of, register_station, withdraw_station
from cop.hotline.core.addresses import defanged
from cop.hotline.core.body import BadBody
from cop.hotline.core.care import REFUSALS
from cop.hotline.core.facts import WORDS_OF_WAY
from cop.hotline.exchange.keystore import KeysMissing
from cop.hotline.models import Case, CaseAddress, Exposure, Report
from cop.hotline.queries.care import loads, own_standing, reveals_of, unbooked
from cop.hotline.queries.cases import way_of
from cop.hotline.queries.opening import rules
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import RingRefused
from cop.hotline.queries.stations import is_station, stations
from cop.hotline.views.cases import WAY_FIELDS
from cop.hotline.views.unlocking import SCOPE, memory, unlocked_of, with_key

STATION = "station"  # the cookie of a viewing station, under the desk's hotline only
STATION_PATH = "/desk/hotline/"


def _at_station(request: HttpRequest) -> bool:
    token = request.COOKIES.get(STATION, "")
    return bool(token) and is_station(digest_of(token[:200]), now())


@with_key
def reveal_view(request: HttpRequest, number: int) -> HttpResponse:
    """One address in full, defanged, once; the page blanks itself, and the minutes are booked on it."""
    person = require(request, "case.reveal", SCOPE)
    if request.method != "POST" or not Case.objects.filter(pk=number).exists():
        raise NotThere(request.path_info)
    unlocked, store = unlocked_of(request, person)
    t, at = words(desk_language(request)), now()
    name = request.POST.get("address", "")[:40]
    try:
        own = open_report(number, unlocked, store).own
        text = reveal(
            number=number, name=name, own=own, at_station=_at_station(request), colleagues=memory.colleagues(person.id, at),
            rules=rules(at), by=person, at=at,
        )  # fmt: skip
    except RevealRefused as refused:
        values = {
            "number": number,
            "text": "",
            "wrong": f"{t(refused.text)} ({refused.code})",
            "exposure": unbooked(person.id),
            "way": {},
        }
        return desk_page(request, "hotline/desk/reveal.html", status=403, **values)
    except (CaseAddress.DoesNotExist, Report.DoesNotExist, KeysMissing, NotOpened, BadBody, RingRefused):
        raise NotThere(request.path_info) from None
    answer = desk_page(
        request, "hotline/desk/reveal.html", number=number, text=text, wrong="", exposure=unbooked(person.id), way=_way(name, own),
        WAY_FIELDS=WAY_FIELDS,
    )  # fmt: skip
    answer["Refresh"] = f"120; url=/desk/hotline/cases/{number}/"
    return answer


def _way(name: str, own: bytes) -> dict[str, str]:
    """The words of the way to an address that was just revealed, defanged as it is."""
    held = way_of(CaseAddress.objects.get(name=name), own)
    return {word: defanged(held[word]) for word in WORDS_OF_WAY if held.get(word)}


def care_page(request: HttpRequest) -> HttpResponse:
    """Somebody's own minutes, what is left, and for a lead the load of everybody, without content and without ranks."""
    person = require(request, "case.see", SCOPE)
    at, t = now(), words(desk_language(request))
    wrong = ""
    if request.method == "POST":
        try:
            book(
                exposure=_number(request.POST.get("exposure", "")),
                minutes=_number(request.POST.get("minutes", "")),
                by=person,
                at=at,
            )
            return HttpResponseRedirect(_next(request))
        except ValueError as refused:
            wrong = t.said(refused)
        except Exposure.DoesNotExist:
            raise NotThere(request.path_info) from None
    held = rules(at)
    standing = own_standing(person.id, at, held.care, held.work, memory.colleagues(person.id, at))
    return desk_page(
        request, "hotline/desk/care.html", status=400 if wrong else 200, wrong=wrong, standing=standing, rules=held,
        reveals=reveals_of(person.id, at), REFUSALS=REFUSALS, zone=held.work.zone,
        loads=loads(at, held.care, held.work) if holds(request, "care.see", SCOPE) else None,
    )  # fmt: skip


def _next(request: HttpRequest) -> str:
    number = request.POST.get("case", "")
    return f"/desk/hotline/cases/{number}/" if number.isascii() and number.isdigit() and len(number) < 16 else "/desk/hotline/care/"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(Sentence("book from 1 to %(most)s minutes", most=MOST_MINUTES))
    return int(text)


def stations_page(request: HttpRequest) -> HttpResponse:
    """Register the machine at which a lead sits as a viewing station, or withdraw one."""
    person = require(request, "station.manage", SCOPE)
    t, wrong = words(desk_language(request)), ""
    values: dict[str, Any] = {"label": request.POST.get("label", ""), "ends_on": request.POST.get("ends_on", "")}
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        station = request.POST.get("station", "")
        if not (station.isascii() and station.isdigit() and len(station) < 16):
            raise NotThere(request.path_info)
        withdraw_station(station=int(station), by=person, at=now())
        return HttpResponseRedirect("/desk/hotline/stations/")
    if request.method == "POST":
        try:
            until = date.fromisoformat(values["ends_on"])
            token = register_station(label=values["label"], ends_on=until, by=person, at=now())
        except StationRefused as refused:
            wrong = t.said(refused)
        except ValueError:
            wrong = t("write the last day as 2027-06-30")
        else:
            answer = HttpResponseRedirect("/desk/hotline/stations/?done=registered")
            seconds = max(1, (until - now().date()).days + 1) * 86400
            answer.set_cookie(
                STATION, token, max_age=seconds, path=STATION_PATH, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
                samesite="Strict",
            )  # fmt: skip
            return answer
    return desk_page(
        request, "hotline/desk/stations.html", status=400 if wrong else 200, wrong=wrong, rows=stations(now()),
        at_station=_at_station(request), done=request.GET.get("done") == "registered", **values,
    )  # fmt: skip
