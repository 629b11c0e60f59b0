"""Which format and language an answer takes, from the Accept headers of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cop.ground.core.door import BY_CODE
from cop.observatory.core.sdmx.errors import SdmxError, shown

MOST_HEADER = 4000
MOST_RANGES = 40


@dataclass(frozen=True)
class Form:
    """A format: what is written (`writer`), its media type and version, and the other types that it answers to."""

    writer: str
    type: str
    version: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type with its version."""
        return f"{self.type};version={self.version}"


@dataclass(frozen=True)
class Chosen:
    """The format of an answer, and the wishes that came with it: labels and keys of CSV."""

    form: Form
    wishes: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The media type with its version and the wishes that were fulfilled."""
        return self.form.content_type + "".join(f";{name}={value}" for name, value in sorted(self.wishes.items()))


_JSON, _XML, _CSV = ("application/json",), ("application/xml", "text/xml"), ("text/csv",)
_SDMX = "application/vnd.sdmx."
JSON2 = Form("json2", f"{_SDMX}data+json", "2.0.0", _JSON)
JSON1 = Form("json1", f"{_SDMX}data+json", "1.0.0", _JSON)
JSON_DRAFT = Form("json-draft", f"{_SDMX}data+json", "1.0.0-wd")
CSV2 = Form("csv2", f"{_SDMX}data+csv", "2.0.0", _CSV)
CSV1 = Form("csv1", f"{_SDMX}data+csv", "1.0.0", _CSV)
XML3 = Form("xml3", f"{_SDMX}data+xml", "3.0.0", _XML)
SPECIFIC = Form("specific", f"{_SDMX}structurespecificdata+xml", "2.1", (f"{_SDMX}structurespecifictimeseriesdata+xml",))
GENERIC = Form("generic", f"{_SDMX}genericdata+xml", "2.1", (*_XML, f"{_SDMX}generictimeseriesdata+xml", f"{_SDMX}generic+xml"))
STRUCTURE_JSON2 = Form("structure-json2", f"{_SDMX}structure+json", "2.0.0", _JSON)
STRUCTURE_JSON1 = Form("structure-json1", f"{_SDMX}structure+json", "1.0.0", _JSON)
STRUCTURE_XML3 = Form("structure-xml3", f"{_SDMX}structure+xml", "3.0.0", _XML)
STRUCTURE_XML21 = Form("structure-xml21", f"{_SDMX}structure+xml", "2.1", _XML)
# The first of each is the standard's default of that version of the interface.
FORMS: dict[tuple[str, int], tuple[Form, ...]] = {
    ("data", 2): (JSON2, CSV2, XML3, JSON1, JSON_DRAFT, CSV1, SPECIFIC, GENERIC),
    ("data", 1): (GENERIC, SPECIFIC, JSON1, JSON_DRAFT, CSV1, JSON2, CSV2, XML3),
    ("structure", 2): (STRUCTURE_JSON2, STRUCTURE_XML3, STRUCTURE_XML21, STRUCTURE_JSON1),
    ("structure", 1): (STRUCTURE_XML21, STRUCTURE_JSON1, STRUCTURE_JSON2, STRUCTURE_XML3),
}
_LABELS = {"csv2": ("id", "name", "both"), "csv1": ("id", "both")}
_KEYS = ("none", "obs", "series", "both")
_TIMES = ("original", "normalized")


def ranges(header: str) -> list[tuple[str, dict[str, str]]]:
    """The parts of an Accept header with their parameters, the most wanted first; those of quality 0 are left out."""
    found = []
    for place, part in enumerate(header[:MOST_HEADER].split(",")[:MOST_RANGES]):
        name, *rest = (piece.strip() for piece in part.split(";"))
        given = {key.strip().lower(): value.strip().strip('"') for key, _, value in (piece.partition("=") for piece in rest)}
        try:
            quality = float(given.pop("q", "1"))
        except ValueError:
            quality = 0.0
        if name and 0 < quality <= 1:
            found.append((-quality, place, name.lower(), given))
    return [(name, given) for _, _, name, given in sorted(found, key=lambda one: one[:2])]


def choose(header: str, forms: Sequence[Form]) -> Chosen:
    """The format that a request gets: the first that it accepts, the standard's default where it says nothing.

    Raises SdmxError 1406 where none is accepted.
    """
    if not header.strip():
        return Chosen(forms[0])
    for name, given in ranges(header):
        for form in forms:
            chosen = _accepted(form, name, given, forms[0])
            if chosen:
                return chosen
    offered = ", ".join(form.content_type for form in forms)
    raise SdmxError(1406, f"Accept: {shown(header)} names no format that is offered here; there are {offered}.")


def _accepted(form: Form, name: str, given: Mapping[str, str], default: Form) -> Chosen | None:
    if name in ("*/*", "application/*"):
        return Chosen(default)
    if name == "text/*":
        return Chosen(form) if "text/csv" in form.also else None
    if name != form.type:
        return Chosen(form) if name in form.also else None
    if given.get("version", form.version) not in (form.version, form.version.removesuffix(".0"), f"{form.version}.0"):
        return None
    if form.writer not in _LABELS:
        return Chosen(form)
    wishes = {key: given[key] for key in ("labels", "keys") if key in given}
    known = (
        wishes.get("labels", "id") in _LABELS[form.writer]
        and wishes.get("keys", "none") in _KEYS
        and given.get("timeformat", "original") in _TIMES
    )
    return Chosen(form, wishes) if known else None


def language(header: str) -> str:
    """The code of the first of the reader's languages that is one of the six, else en."""
    for name, _ in ranges(header):
        code = "zh-hans" if name.startswith("zh") else name.split("-")[0]
        if code in BY_CODE:
            return code
    return "en"


def encoding(header: str) -> str:
    """The best encoding that the reader accepts: br, gzip or identity."""
    accepted = {name for name, _ in ranges(header)}
    return next((name for name in ("br", "gzip") if name in accepted), "identity")
