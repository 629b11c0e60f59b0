"""Open statistics after the SDMX standard: /sdmx/v2/ (REST 2, SDMX 3) and /sdmx/v1/ (REST 1.5, SDMX 2.1)."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import brotli
from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import words
from cop.observatory.core.sdmx.availability import Availability, availability
from cop.observatory.core.sdmx.catalogue import DATAFLOW, LISTS, SCHEME, STRUCTURE, Part, StructureQuery, find, with_items
from cop.observatory.core.sdmx.cube import Cube, cube
from cop.observatory.core.sdmx.errors import SdmxError, no_results, not_implemented, semantic, shown, syntax
from cop.observatory.core.sdmx.layout import AGENCY, CODED, FLOW, VERSION
from cop.observatory.core.sdmx.negotiation import FORMS, Chosen, choose, encoding, language
from cop.observatory.core.sdmx.periods import instant
from cop.observatory.core.sdmx.query import NEWER, OLDER, DataQuery, newer, older, parameters
from cop.observatory.core.sdmx.selection import select
from cop.observatory.core.sdmx.versions import fits_one, fits_version
from cop.observatory.formats.sdmx.csv import write_csv
from cop.observatory.formats.sdmx.errors import json_error, xml_error
from cop.observatory.formats.sdmx.json import write_json
from cop.observatory.formats.sdmx.labels import Labels
from cop.observatory.formats.sdmx.xml import write_xml
from cop.observatory.queries import releases

MOST_ADDRESS = 8000
MOST_KEPT = 64_000_000  # bytes of all rendered answers together
LEAST_COMPRESSED = 500
LARGE = 2_000_000  # bytes from which speed of compression counts more than size
_AVAILABILITY = {"updatedAfter", "references", "mode", "reportingYearStartDay"}
_CONSTRAINT = {"startPeriod", "endPeriod", "updatedAfter", "references", "mode"}
_REFERENCED = {
    "none": (), "all": (DATAFLOW, STRUCTURE, SCHEME, *LISTS), "dataflow": (DATAFLOW,), "datastructure": (STRUCTURE,),
    "conceptscheme": (SCHEME,), "codelist": LISTS, "valuelist": (), "dataproviderscheme": (),
}  # fmt: skip
_NOT_OFFERED = ("schema", "metadata", "metadataflow", "registration", "sql")


Writer = Callable[[Chosen], bytes]
Found = tuple[str, Cube, Writer]


@dataclass(frozen=True)
class Asked:
    """A request: the version of the interface, the parts of the address after it, and where addresses of links begin."""

    version: int
    parts: tuple[str, ...]
    query: str
    root: str
    lang: str
    accept: str

    @property
    def base(self) -> str:
        """What the addresses of structures begin with."""
        return f"{self.root}structure/" if self.version == 2 else self.root

    def part(self, place: int, default: str = "*") -> str:
        """A part of the address, or what stands for one that is left out."""
        return self.parts[place] if place < len(self.parts) and self.parts[place] else default

    def at_most(self, count: int) -> None:
        """Raises SdmxError 140 where the address has more than `count` parts."""
        if len(self.parts) > count:
            raise syntax(f"The address has {len(self.parts)} parts after sdmx/v{self.version}/; it may have {count}.")

    def chosen(self, kind: str) -> Chosen:
        """The format of the answer. Raises SdmxError 1406."""
        return choose(self.accept, FORMS[kind, self.version])


def newer_view(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address of version 2 of the interface."""
    return _respond(request, 2, rest)


def older_view(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address of version 1 of the interface."""
    return _respond(request, 1, rest)


def _respond(request: HttpRequest, version: int, rest: str) -> HttpResponse:
    root = f"{request.scheme}://{request.get_host()}/sdmx/v{version}/"
    query = request.META.get("QUERY_STRING", "")
    lang = language(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    parts = tuple(rest.rstrip("/").split("/"))
    asked = Asked(version, parts, query, root, lang, request.META.get("HTTP_ACCEPT", ""))
    try:
        kind, held, write = _resource(asked)(asked)
        answer = _written(request, asked, kind, held, write)
    except SdmxError as error:
        answer = _error(asked, error)
    answer["Vary"] = "Accept, Accept-Language, Accept-Encoding"
    return answer


def _resource(asked: Asked) -> Callable[[Asked], Found]:
    size = sum(len(part) + 1 for part in asked.parts) + len(asked.query)
    if size > MOST_ADDRESS:
        raise SdmxError(1414, f"The address has {size} signs; write at most {MOST_ADDRESS}.")
    name = asked.parts[0]
    if name == "":
        return lambda asked: _structure_of(asked, ("dataflow",))
    if asked.version == 1:
        return _V1.get(name, _older_structure)
    if name not in _V2:
        raise no_results(f"There is no {shown(name)} under sdmx/v2/; there are {', '.join(_V2)}.")
    return _V2[name]


def _written(request: HttpRequest, asked: Asked, kind: str, held: Cube, write: Writer) -> HttpResponse:
    chosen = asked.chosen(kind)
    name = (held.mark, chosen.content_type, asked.lang, asked.root, "/".join(asked.parts), asked.query)
    body, etag = _rendered.get((*name, "identity"), lambda: write(chosen))
    headers = {
        "ETag": etag,
        "Cache-Control": "public, no-cache",
        "Content-Language": asked.lang,
    }
    given = {tag.strip().removeprefix("W/") for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    if etag.removeprefix("W/") in given:
        return HttpResponse(status=304, headers=headers)
    wanted = encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if wanted != "identity" and len(body) > LEAST_COMPRESSED:
        identity = body
        body, _ = _rendered.get((*name, wanted), lambda: _compressed(identity, wanted))
        headers["Content-Encoding"] = wanted
    charset = ";charset=utf-8" if "+csv" in chosen.content_type else ""
    return HttpResponse(body, content_type=chosen.content_type + charset, headers=headers)


def _compressed(body: bytes, wanted: str) -> bytes:
    quick = len(body) > LARGE
    found: bytes = brotli.compress(body, quality=2 if quick else 5) if wanted == "br" else gzip.compress(body, 2 if quick else 6)
    return found


class _Rendered:
    """Answers of this process, the least used dropped first; a release that is published makes others of them."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[str, ...], tuple[bytes, str]] = OrderedDict()
        self.bytes = 0
        self.lock = Lock()

    def get(self, name: tuple[str, ...], make: Callable[[], bytes]) -> tuple[bytes, str]:
        with self.lock:
            found = self.kept.get(name)
            if found is not None:
                self.kept.move_to_end(name)
                return found
        body = make()
        made = (body, 'W/"' + hashlib.sha256(body).hexdigest()[:20] + '"')
        with self.lock:
            if name not in self.kept and len(body) <= MOST_KEPT // 2:
                self.kept[name] = made
                self.bytes += len(body)
            while self.bytes > MOST_KEPT or len(self.kept) > 1000:
                _, (dropped, _) = self.kept.popitem(last=False)
                self.bytes -= len(dropped)
        return made


_rendered = _Rendered()


def _error(asked: Asked, error: SdmxError) -> HttpResponse:
    """The standard's error message: XML where XML was asked for or is the default, else JSON."""
    try:
        writer = asked.chosen("data").form.writer
    except SdmxError:
        try:
            writer = asked.chosen("structure").form.writer
        except SdmxError:
            writer = "json2" if asked.version == 2 else "generic"
    if "csv" in writer or "json" in writer:
        return HttpResponse(
            json_error(error, releases.flow().prepared, asked.root), status=error.status, content_type="application/json"
        )
    version = "v3_0" if writer.endswith("xml3") else "v2_1"
    return HttpResponse(xml_error(error, version), status=error.status, content_type="application/xml")


def _data(asked: Asked) -> Found:
    if asked.version == 2:
        asked.at_most(6)
        _the_flow(asked.part(1), asked.part(2), asked.part(3), asked.part(4, "~"))
        query = newer(asked.part(5), asked.query, NEWER)
    else:
        asked.at_most(4)
        _older_flow(asked.part(1), asked.part(3))
        query = older(asked.part(2), asked.query, OLDER)
    held = cube(releases.flow(), query.as_of)

    def write(chosen: Chosen) -> bytes:
        sets = select(held, query)
        t = words(asked.lang)
        prepared = held.flow.prepared
        match chosen.form.writer:
            case "csv2" | "csv1" as csv:
                return write_csv(sets, query, Labels(held, t), chosen.wishes, newer=csv == "csv2")
            case "json2" | "json1" | "json-draft" as json:
                return write_json(sets, query, Labels(held, t), prepared, json, asked.root, asked.base, t.language.code)
            case xml:
                return write_xml(sets, query, prepared, xml)

    return "data", held, write


def _the_flow(context: str, agency: str, name: str, version: str) -> None:
    """Raises SdmxError where an address names other data than ours."""
    if context not in ("dataflow", "datastructure", "provisionagreement", "*"):
        raise syntax(f"There is no context {shown(context)}; write dataflow.")
    known = fits_one(agency, (AGENCY,)) and fits_one(name, (FLOW,)) and fits_version(version, VERSION)
    if not known or context == "provisionagreement":
        raise no_results(
            f"There is no {shown(context)} {shown(agency)}:{shown(name)}({shown(version)}); there is {AGENCY}:{FLOW}({VERSION})."
        )


def _older_flow(reference: str, provider: str) -> None:
    parts = reference.split(",")
    if len(parts) > 3:
        raise syntax(f"{shown(reference)} is no reference to a flow; write {AGENCY},{FLOW},{VERSION}.")
    agency, name, version = ("all", parts[0], "latest") if len(parts) == 1 else (*parts, "latest")[:3]
    _the_flow("dataflow", agency, name, version)
    if not any(one in ("*", "all", AGENCY, f"{AGENCY},{AGENCY}") for one in provider.split("+")):
        raise no_results(f"There are no data of the provider {shown(provider)}; there are those of {AGENCY}.")


def _availability(asked: Asked) -> Found:
    if asked.version == 2:
        asked.at_most(7)
        _the_flow(asked.part(1), asked.part(2), asked.part(3), asked.part(4, "~"))
        query = newer(asked.part(5), asked.query, _AVAILABILITY)
        given = parameters(asked.query, _AVAILABILITY, filters=True)
        component = asked.part(6)
    else:
        asked.at_most(5)
        _older_flow(asked.part(1), asked.part(3))
        query = older(asked.part(2), asked.query, _CONSTRAINT)
        given = parameters(asked.query, _CONSTRAINT)
        component = asked.part(4)
    held = cube(releases.flow())
    return "structure", held, _constraint_writer(asked, held, query, component, given)


def _constraint_writer(asked: Asked, held: Cube, query: DataQuery, component: str, given: dict[str, str]) -> Writer:
    wanted = set()
    for word in given.get("references", "none").split(","):
        if word not in _REFERENCED:
            raise semantic(f"references={shown(word)} is not known; there are {', '.join(_REFERENCED)}.")
        wanted |= set(_REFERENCED[word])

    def write(chosen: Chosen) -> bytes:
        found = availability(held, query, component, given.get("mode", "exact"))
        codes = {CODED[name]: frozenset(codes) for name, codes in found.codes.items() if name in CODED}
        parts = [Part(one) for one in (DATAFLOW, STRUCTURE, SCHEME) if one in wanted]
        parts += [Part(one, items=codes[one.id]) for one in LISTS if one in wanted and one.id in codes]
        return _structures(held, parts, asked, chosen, found)

    return write


def _structure(asked: Asked) -> Found:
    asked.at_most(6)
    return _structure_of(asked, asked.parts[1:])


def _older_structure(asked: Asked) -> Found:
    asked.at_most(5)
    return _structure_of(asked, asked.parts)


def _structure_of(asked: Asked, parts: tuple[str, ...]) -> Found:
    given = parameters(asked.query, {"detail", "references", "asOf"} if asked.version == 2 else {"detail", "references"})
    if "asOf" in given:
        instant("asOf", given["asOf"])
    query = StructureQuery(*(part or "*" for part in parts or ("*",)))
    query = replace(query, detail=given.get("detail", "full"), references=given.get("references", "none"))
    held = cube(releases.flow())
    found = with_items(held, find(query))
    return "structure", held, lambda chosen: _structures(held, found, asked, chosen, None)


def _structures(held: Cube, parts: Sequence[Part], asked: Asked, chosen: Chosen, found: Availability | None) -> bytes:
    from cop.observatory.formats.sdmx.structures import write_structures  # noqa: PLC0415 slow: pysdmx, only for structures

    return write_structures(held, parts, held.flow.prepared, chosen.form.writer, asked.root, asked.base, found)


def _not_offered(asked: Asked) -> Found:
    raise not_implemented(f"{shown(asked.parts[0])} is not offered; ask for the structure or the data.")


_V2: dict[str, Callable[[Asked], Found]] = {"data": _data, "availability": _availability, "structure": _structure}
_V1: dict[str, Callable[[Asked], Found]] = {"data": _data, "availableconstraint": _availability}
_V2 |= dict.fromkeys(_NOT_OFFERED, _not_offered)
_V1 |= dict.fromkeys(("schema", "metadata", "registration"), _not_offered)
