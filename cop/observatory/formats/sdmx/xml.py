"""Data as XML: structure-specific 3.0 and 2.1, and generic 2.1."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import quoteattr

from lxml import etree

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.layout import AGENCY, FLOW, MEASURE, SERIES, TIME, VERSION, Key
from cop.observatory.core.sdmx.query import ALL_DIMENSIONS, DataQuery
from cop.observatory.core.sdmx.selection import DataSet, Slice, merged
from cop.observatory.core.sdmx.values import ATTRIBUTE_OF, attributes_of, number_of, written

DSD_URN = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{FLOW}({VERSION})"
FLOW_URN = f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={AGENCY}:{FLOW}({VERSION})"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOTS = {
    "xml3": ("v3_0", "StructureSpecificData"),
    "specific": ("v2_1", "StructureSpecificData"),
    "generic": ("v2_1", "GenericData"),
}
Attributes = Callable[[Observation], str]


def namespace(version: str, part: str) -> str:
    """A namespace of the standard's XML: version v2_1 or v3_0, part such as message."""
    return f"http://www.sdmx.org/resources/sdmxml/schemas/{version}/{part}"


def attribute(text: str) -> str:
    """A text as the quoted value of an attribute; signs that XML can't hold are replaced."""
    return quoteattr(_NOT_IN_XML.sub("\ufffd", text), {"\t": "&#9;"})


def write_xml(sets: Sequence[DataSet], query: DataQuery, prepared: date, writer: str) -> bytes:
    """Data sets as XML in UTF-8; `writer` is xml3, specific or generic."""
    version, name = _ROOTS[writer]
    generic = writer == "generic"
    before, after = _frame(version, name, query, prepared).split("<!--data-->")
    parts = [before]
    for data in sets:
        parts.append(_opening(data, generic, version))
        slices = merged(data.slices)
        parts += _generic(slices, query) if generic else _specific(slices, query)
        parts.append("</message:DataSet>")
    return "".join([*parts, after]).encode()


def header(version: str, root: etree._Element, prepared: date) -> etree._Element:
    """Adds the header that every message has and returns it."""
    message = namespace(version, "message")
    found = etree.SubElement(root, f"{{{message}}}Header")
    etree.SubElement(found, f"{{{message}}}ID").text = f"{AGENCY}-{prepared.isoformat()}"
    etree.SubElement(found, f"{{{message}}}Test").text = "false"
    etree.SubElement(found, f"{{{message}}}Prepared").text = f"{prepared.isoformat()}T00:00:00Z"
    etree.SubElement(found, f"{{{message}}}Sender", id=AGENCY)
    return found


def _frame(version: str, name: str, query: DataQuery, prepared: date) -> str:
    """The message without its data, which belong where a comment stands."""
    message, held = namespace(version, "message"), namespace(version, "common")
    spaces = {"xsi": XSI, "message": message, "common": held}
    if name == "GenericData":
        spaces["generic"] = namespace(version, "data/generic")
    else:
        spaces |= {"ss": namespace(version, "data/structurespecific"), "own": DSD_URN}
    root = etree.Element(f"{{{message}}}{name}", nsmap=spaces)
    at = ALL_DIMENSIONS if query.flat else TIME
    given = {"structureID": FLOW, "dimensionAtObservation": at} | ({"namespace": DSD_URN} if "own" in spaces else {})
    structure = etree.SubElement(header(version, root, prepared), f"{{{message}}}Structure", given)
    usage = etree.SubElement(structure, f"{{{held}}}Structure")
    if version == "v2_1":
        etree.SubElement(usage, "Ref", {"agencyID": AGENCY, "id": FLOW, "version": VERSION, "class": "DataStructure"})
    else:
        usage.text = DSD_URN
    root.append(etree.Comment("data"))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text.decode()


def _opening(data: DataSet, generic: bool, version: str) -> str:
    action = "Replace" if data.changes else "Information"
    space = "" if generic else "ss:"
    dates = {"validFromDate": data.valid_from, "validToDate": data.valid_to}
    valid = "".join(f' {space}{name}="{_instant(at)}"' for name, at in dates.items() if at)
    if generic:
        return f'<message:DataSet structureRef="{FLOW}" action="{action}"{valid}>'
    scope = ' ss:dataScope="DataStructure"' if version == "v2_1" else ""
    return f'<message:DataSet ss:structureRef="{FLOW}" xsi:type="own:DataSetType"{scope} ss:action="{action}"{valid}>'


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _remembered(query: DataQuery, write: Callable[[str, str], str]) -> Attributes:
    """The attributes of an observation as text; most observations share theirs with many others."""
    found: dict[tuple[str | int, ...], str] = {}

    def attributes(one: Observation) -> str:
        held = attributes_of(one)
        known = found.get(held)
        if known is None:
            values = [(name, ATTRIBUTE_OF[name](one)) for name in query.attributes]
            known = found[held] = "".join([write(name, value) for name, value in values if value != ""])
        return known

    return attributes


def _specific(slices: Sequence[Slice], query: DataQuery) -> Iterator[str]:
    attributes = _remembered(query, lambda name, value: f" {name}={attribute(value)}")
    for part in slices:
        codes = " ".join([f"{name}={attribute(code)}" for name, code in zip(SERIES, part.key, strict=True)])
        if query.keys_only:
            yield f"<Series {codes}/>"
            continue
        opening = f"<Obs {codes} " if query.flat else "<Obs "
        lines = []
        for one in part.observations:
            value = written(number_of(one)) if query.measure else ""
            shown = f' {MEASURE}="{value}"' if value else ""
            lines.append(f"{opening}{TIME}={attribute(one.period)}{shown}{attributes(one)}/>")
        yield "".join(lines) if query.flat else f"<Series {codes}>{''.join(lines)}</Series>"


def _generic(slices: Sequence[Slice], query: DataQuery) -> Iterator[str]:
    attributes = _remembered(query, lambda name, value: f'<generic:Value id="{name}" value={attribute(value)}/>')
    for part in slices:
        codes = _generic_codes(part.key)
        if query.keys_only:
            yield f"<generic:Series><generic:SeriesKey>{codes}</generic:SeriesKey></generic:Series>"
            continue
        lines = []
        for one in part.observations:
            period = attribute(one.period)
            if query.flat:
                key = f'<generic:ObsKey>{codes}<generic:Value id="{TIME}" value={period}/></generic:ObsKey>'
            else:
                key = f"<generic:ObsDimension value={period}/>"
            value = written(number_of(one)) if query.measure else ""
            shown = f'<generic:ObsValue value="{value}"/>' if value else ""
            held = attributes(one)
            held = f"<generic:Attributes>{held}</generic:Attributes>" if held else ""
            lines.append(f"<generic:Obs>{key}{shown}{held}</generic:Obs>")
        body = "".join(lines)
        yield body if query.flat else f"<generic:Series><generic:SeriesKey>{codes}</generic:SeriesKey>{body}</generic:Series>"


def _generic_codes(key: Key) -> str:
    return "".join([f'<generic:Value id="{name}" value={attribute(code)}/>' for name, code in zip(SERIES, key, strict=True)])
