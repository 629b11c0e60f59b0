"""Structures as XML 2.1, XML 3.0 and JSON 2.0: written by pysdmx, completed with names in six languages and links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from lxml import etree
from pysdmx.io.json.sdmxjson2.writer.v2_0 import structure as json_writer
from pysdmx.io.xml.sdmx21.writer import structure as xml21_writer
from pysdmx.io.xml.sdmx30.writer import structure as xml30_writer
from pysdmx.model import (
    Agency,
    AgencyScheme,
    AvailabilityConstraint,
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    ConstraintAttachment,
    CubeKeyValue,
    CubeRegion,
    CubeValue,
    Dataflow,
    DataStructureDefinition,
    DataType,
    Role,
)
from pysdmx.model.message import Header
from pysdmx.util import ItemReference

from cop.ground.core.door import LANGUAGES, Words, words
from cop.observatory.core.sdmx.availability import Availability
from cop.observatory.core.sdmx.catalogue import AGENCIES, DATAFLOW, SCHEME, STRUCTURE, Artefact, Part
from cop.observatory.core.sdmx.cube import Cube
from cop.observatory.core.sdmx.layout import (
    AGENCY,
    AGENCY_NAME,
    ATTRIBUTES,
    CODED,
    COMPONENTS,
    CONCEPT_NAMES,
    CONCEPTS,
    DIMENSIONS,
    FLOW_NAME,
    LIST_NAMES,
    MEASURE,
    TIME,
    VERSION,
    Coded,
)
from cop.observatory.formats.sdmx.json import message
from cop.observatory.formats.sdmx.labels import name_of

Names = Mapping[str, str]  # language -> name
_PACKAGES = {
    "agencyscheme": "base.AgencyScheme",
    "codelist": "codelist.Codelist",
    "conceptscheme": "conceptscheme.ConceptScheme",
    "datastructure": "datastructure.DataStructure",
    "dataflow": "datastructure.Dataflow",
}
_IN_JSON = {
    "agencySchemes": ("agencyscheme", "agencies"),
    "codelists": ("codelist", "codes"),
    "conceptSchemes": ("conceptscheme", "concepts"),
    "dataStructures": ("datastructure", ""),
    "dataflows": ("dataflow", ""),
    "dataConstraints": ("", ""),
}
_SCHEME_NAMES = {AGENCIES: "Agencies", SCHEME: "Concepts"}
_TYPES = {TIME: DataType.PERIOD, MEASURE: DataType.DOUBLE, "UNIT_MULT": DataType.INTEGER}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def urn(one: Artefact) -> str:
    """The standard's name of a structure."""
    return f"urn:sdmx:org.sdmx.infomodel.{_PACKAGES[one.kind]}={one.agency}:{one.id}({VERSION})"


def write_structures(
    held: Cube, parts: Sequence[Part], prepared: date, writer: str, root: str, available: Availability | None = None
) -> bytes:
    """Structures in UTF-8; `writer` is structure-xml21, structure-xml3 or structure-json2, `root` where addresses of links begin.

    `available` adds a constraint with the codes that have values.
    """
    made = [_made(held, part) for part in parts]
    if available is not None:
        made.append(_constraint(available))
    header = Header(
        id=f"{AGENCY}-{prepared.isoformat()}", prepared=datetime.combine(prepared, time(), UTC), sender=Agency(id=AGENCY)
    )
    names = all_names(held)
    if writer == "structure-json2":
        return _json(json_writer.write(made, prettyprint=False, header=header) or "", names, parts, prepared, root)
    xml = (xml21_writer if writer == "structure-xml21" else xml30_writer).write(made, prettyprint=False, header=header) or ""
    return _xml(xml, names, parts)


def all_names(held: Cube) -> dict[tuple[str, str], Names]:
    """Names by language of every structure (its id, nothing) and of every item (the structure's id, the item's id)."""
    tongues = [words(language.code) for language in LANGUAGES]

    def of(text: str) -> Names:
        return {_tag(t): t(text) for t in tongues if t.language.code == "en" or t(text) != text}

    found: dict[tuple[str, str], Names] = {(AGENCIES.id, AGENCY): {"en": AGENCY_NAME}}
    found |= {(one.id, ""): {"en": name} for one, name in _SCHEME_NAMES.items()}
    found |= {(DATAFLOW.id, ""): of(FLOW_NAME)}
    found |= {(name, ""): of(text) for name, text in LIST_NAMES.items()}
    found |= {(CONCEPTS, name): of(text) for name, text in CONCEPT_NAMES.items()}
    for name, codes in held.lists.items():
        found |= {(name, coded.id): _code_names(coded, tongues) for coded in codes}
    return found


def _code_names(coded: Coded, tongues: Iterable[Words]) -> Names:
    """A name for each language in which there is one of its own, and always an English one."""
    english = name_of(coded, words("en"))
    return {_tag(t): name_of(coded, t) for t in tongues if t.language.code == "en" or name_of(coded, t) != english}


def _tag(t: Words) -> str:
    """The language as the standard's messages name it: en, zh-Hans."""
    return t.language.locale.replace("_GB", "").replace("_", "-")


def _made(held: Cube, part: Part) -> Any:
    one = part.artefact
    given = {"id": one.id, "agency": one.agency, "version": VERSION}
    if one == AGENCIES:
        return AgencyScheme(name="Agencies", items=[] if part.stub else _some([Agency(id=AGENCY, name=AGENCY_NAME)], part), **given)
    if one == SCHEME:
        concepts = [_concept(name) for name in COMPONENTS]
        return ConceptScheme(name="Concepts", items=[] if part.stub else _some(concepts, part), **given)
    if one.kind == "codelist":
        return _list(one.id, () if part.stub else held.lists[one.id], part)
    if one == STRUCTURE:
        components = [] if part.stub else [_component(held, name) for name in COMPONENTS]
        return DataStructureDefinition(name=FLOW_NAME, components=Components(components), **given)
    return Dataflow(name=FLOW_NAME, structure=None if part.stub else urn(STRUCTURE), **given)


def _some(items: list[Any], part: Part) -> list[Any]:
    return [one for one in items if part.items is None or one.id in part.items]


def _list(name: str, codes: Iterable[Coded], part: Part | None = None) -> Codelist:
    english = words("en")
    items = [Code(id=coded.id, name=name_of(coded, english)) for coded in codes]
    return Codelist(
        id=name, agency=AGENCY, version=VERSION, name=LIST_NAMES[name], items=_some(items, part) if part else items,
        is_partial=bool(part and part.items is not None),
    )  # fmt: skip


def _concept(name: str) -> Concept:
    own = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{name}"
    return Concept(id=name, name=CONCEPT_NAMES[name], urn=own)


def _component(held: Cube, name: str) -> Component:
    role = Role.DIMENSION if name in DIMENSIONS else Role.ATTRIBUTE if name in ATTRIBUTES else Role.MEASURE
    return Component(
        id=name, required=name in (*DIMENSIONS, "OBS_STATUS"), role=role,
        concept=ItemReference("Concept", AGENCY, CONCEPTS, VERSION, name),
        local_dtype=None if name in CODED else _TYPES.get(name, DataType.STRING),
        local_codes=_list(CODED[name], held.lists[CODED[name]]) if name in CODED else None,
        local_enum_ref=urn(Artefact("codelist", AGENCY, CODED[name])) if name in CODED else None,
        attachment_level="O" if name in ATTRIBUTES else None,
    )  # fmt: skip


def _constraint(available: Availability) -> AvailabilityConstraint:
    values = [CubeKeyValue(id=name, values=[CubeValue(code) for code in codes]) for name, codes in available.codes.items()]
    return AvailabilityConstraint(
        constraint_attachment=ConstraintAttachment(data_provider=None, dataflows=[urn(DATAFLOW)]),
        cube_region=CubeRegion(values), series_count=available.series, obs_count=available.observations,
    )  # fmt: skip


def _xml(text: str, names: Mapping[tuple[str, str], Names], parts: Sequence[Part]) -> bytes:
    """pysdmx writes one name; the others follow it, and stubs and partial lists say that they are."""
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, remove_blank_text=True))
    stubs = {part.artefact.id: part for part in parts}
    for name in list(root.iter("{*}Name")):
        owner = name.getparent()
        scheme = owner.getparent()
        held = names.get((scheme.get("id", ""), owner.get("id", ""))) or names.get((owner.get("id", ""), ""))
        if held is None or etree.QName(owner).localname in ("ContentConstraint", "DataConstraint"):
            continue
        at = owner.index(name)
        for place, (tag, shown) in enumerate((tag, shown) for tag, shown in held.items() if tag != "en"):
            more = etree.Element(name.tag, {XML_LANG: tag})
            more.text = shown
            owner.insert(at + 1 + place, more)
        part = stubs.get(owner.get("id", ""))
        if part and part.items is not None and owner.get("isPartial") and (scheme.get("id") is None):
            owner.set("isPartial", "true")
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found


def _json(text: str, names: Mapping[tuple[str, str], Names], parts: Sequence[Part], prepared: date, root: str) -> bytes:
    """pysdmx writes one name, no links, and empty groups that the schema forbids."""
    made = json.loads(text)
    partial = {part.artefact.id for part in parts if part.items is not None}
    for key, (kind, items) in _IN_JSON.items():
        for one in made["data"].get(key, []):
            one["names"] = dict(names.get((one["id"], ""), {"en": one["name"]}))
            if not kind:
                one["links"] = [_link(root, DATAFLOW) | {"rel": "dataflow"}]
                continue
            artefact = Artefact(kind, one["agencyID"], one["id"])
            one["links"] = [_link(root, artefact) | {"rel": "self"}]
            for item in one.get(items, []) if items else []:
                item["names"] = dict(names.get((one["id"], item["id"]), {"en": item.get("name", item["id"])}))
            if items:
                one["isPartial"] = one["id"] in partial
            if artefact == DATAFLOW and "structure" in one:
                one["links"].append(_link(root, STRUCTURE) | {"rel": "datastructure"})
            if artefact == STRUCTURE:
                one["links"].append(_link(root, SCHEME) | {"rel": "conceptscheme"})
                one["links"] += [_link(root, Artefact("codelist", AGENCY, listed)) | {"rel": "codelist"} for listed in LIST_NAMES]
                if not one.get("dataStructureComponents", {}).get("groups", True):
                    del one["dataStructureComponents"]["groups"]
    made["meta"] |= message(prepared, "en", root, made["meta"].get("schema", ""))
    made["meta"]["contentLanguages"] = sorted({tag for held in names.values() for tag in held})
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _link(root: str, one: Artefact) -> dict[str, str]:
    return {"href": f"{root}structure/{one.path}", "urn": urn(one), "type": one.kind}
