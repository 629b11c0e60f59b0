"""Structures as XML 2.1 and 3.0 and JSON 2.0 and 1.0: written by pysdmx, completed with names in six languages and links."""

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

from cop.ground.core.door import LANGUAGES, Words, mark, words
from cop.observatory.core.sdmx.availability import Availability
from cop.observatory.core.sdmx.catalogue import AGENCIES, CHILDREN, DATAFLOW, SCHEME, STRUCTURE, Artefact, Part
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
from cop.observatory.formats.sdmx.json import message as meta
from cop.observatory.formats.sdmx.labels import name_of
from cop.observatory.formats.sdmx.older_json import older

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
_SCHEME_NAMES = {AGENCIES: mark("Agencies"), SCHEME: mark("Concepts")}
_TYPES = {TIME: DataType.PERIOD, MEASURE: DataType.DOUBLE, "UNIT_MULT": DataType.INTEGER}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def urn(one: Artefact) -> str:
    """The standard's name of a structure."""
    return f"urn:sdmx:org.sdmx.infomodel.{_PACKAGES[one.kind]}={one.agency}:{one.id}({VERSION})"


def write_structures(
    held: Cube, parts: Sequence[Part], prepared: date, writer: str, root: str, base: str, available: Availability | None = None
) -> bytes:
    """Structures in UTF-8; `writer` is structure-xml21, -xml3, -json2 or -json1, `root` is the address of
    the interface and `base` what the addresses of structures begin with.

    `available` adds a constraint with the codes that have values.
    """
    made = [_made(held, part) for part in parts]
    if available is not None:
        made.append(_constraint(available))
    header = Header(
        id=f"{AGENCY}-{prepared.isoformat()}", prepared=datetime.combine(prepared, time(), UTC), sender=Agency(id=AGENCY)
    )
    names = all_names(held)
    if writer in ("structure-json2", "structure-json1"):
        message = _json(json_writer.write(made, prettyprint=False, header=header) or "", names, parts, prepared, root, base)
        message = older(message) if writer == "structure-json1" else message
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    xml = (xml21_writer if writer == "structure-xml21" else xml30_writer).write(made, prettyprint=False, header=header) or ""
    return _xml(xml, names, parts, base)


def all_names(held: Cube) -> dict[tuple[str, str], Names]:
    """Names by language of every structure (its id, nothing) and of every item (the structure's id, the item's id)."""
    tongues = [words(language.code) for language in LANGUAGES]

    def of(text: str) -> Names:
        return {_tag(t): t(text) for t in tongues if t.language.code == "en" or t(text) != text}

    found: dict[tuple[str, str], Names] = {(AGENCIES.id, AGENCY): {"en": AGENCY_NAME}}
    found |= {(one.id, ""): of(name) for one, name in _SCHEME_NAMES.items()}
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
    """The language as both schemas of messages accept it: en, zh-hans."""
    return t.language.code


def _made(held: Cube, part: Part) -> Any:
    one = part.artefact
    given = {"id": one.id, "agency": one.agency, "version": VERSION}
    if one == AGENCIES:
        return AgencyScheme(name=_SCHEME_NAMES[one], items=_some([Agency(id=AGENCY, name=AGENCY_NAME)], part), **given)
    if one == SCHEME:
        concepts = [_concept(name) for name in COMPONENTS]
        return ConceptScheme(name=_SCHEME_NAMES[one], items=_some(concepts, part), **given)
    if one.kind == "codelist":
        return _list(one.id, held.lists[one.id], part)
    if one == STRUCTURE:
        return DataStructureDefinition(
            name=FLOW_NAME, components=Components([_component(held, name) for name in COMPONENTS]), **given
        )
    return Dataflow(name=FLOW_NAME, structure=urn(STRUCTURE), **given)


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


def _xml(text: str, names: Mapping[tuple[str, str], Names], parts: Sequence[Part], base: str) -> bytes:
    """pysdmx writes one name; the others follow it, and stubs and partial lists say that they are."""
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, remove_blank_text=True))
    known = {part.artefact: part for part in parts}
    for name in list(root.iter("{*}Name")):
        owner = name.getparent()
        part = known.get(_artefact(owner))
        own = (owner.get("id", ""), "") if part else (owner.getparent().get("id", ""), owner.get("id", ""))
        for place, (tag, shown) in enumerate((tag, shown) for tag, shown in names.get(own, {}).items() if tag != "en"):
            more = etree.Element(name.tag, {XML_LANG: tag})
            more.text = shown
            owner.insert(owner.index(name) + 1 + place, more)
    for one in root.iter("{*}AgencyScheme", "{*}Codelist", "{*}ConceptScheme", "{*}DataStructure", "{*}Dataflow"):
        part = known.get(_artefact(one))
        if part and part.items is not None:
            one.set("isPartial", "true")
        if part and part.stub:
            one.set("isExternalReference", "true")
            one.set("structureURL", base + part.artefact.path)
            for child in one.xpath("*[local-name() != 'Name']"):
                one.remove(child)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found


def _artefact(one: etree._Element) -> Artefact:
    return Artefact(etree.QName(one).localname.lower(), one.get("agencyID", ""), one.get("id", ""))


def _json(text: str, names: Mapping[tuple[str, str], Names], parts: Sequence[Part], prepared: date, root: str, base: str) -> Any:
    """pysdmx writes one name, no links, and empty groups that the schema forbids."""
    made = json.loads(text)
    known = {part.artefact: part for part in parts}
    for key, (kind, items) in _IN_JSON.items():
        for one in made["data"].get(key, []):
            if not kind:
                one["links"] = [_link(base, DATAFLOW, "dataflow")]
                continue
            part = known[Artefact(kind, one["agencyID"], one["id"])]
            one["names"] = dict(names[one["id"], ""])
            one["links"] = _links(part, base)
            for item in one.get(items, []) if items else []:
                item["names"] = dict(names.get((one["id"], item["id"]), {"en": item.get("name", item["id"])}))
            one |= {"isPartial": part.items is not None} if items else {}
            if part.stub:
                one["isExternalReference"] = True
                for inside in (items, "dataStructureComponents", "structure"):
                    one.pop(inside, None)
            if not one.get("dataStructureComponents", {}).get("groups", True):
                del one["dataStructureComponents"]["groups"]
    made["meta"] |= meta(prepared, "en", root, made["meta"].get("schema", ""))
    made["meta"]["contentLanguages"] = sorted({tag for held in names.values() for tag in held})
    return made


def _links(part: Part, base: str) -> list[dict[str, str]]:
    """Where a structure is, and where those are that it refers to."""
    found = [_link(base, part.artefact, "external" if part.stub else "self")]
    return found if part.stub else found + [_link(base, child, child.kind) for child in CHILDREN.get(part.artefact, ())]


def _link(base: str, one: Artefact, rel: str) -> dict[str, str]:
    return {"rel": rel, "href": base + one.path, "urn": urn(one), "type": one.kind}
