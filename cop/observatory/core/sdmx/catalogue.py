"""The structures that are offered and how they refer to each other: which of them answer a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cop.observatory.core.sdmx.cube import Cube
from cop.observatory.core.sdmx.errors import no_results, shown, syntax
from cop.observatory.core.sdmx.layout import AGENCY, CODED, COMPONENTS, CONCEPTS, FLOW, VERSION
from cop.observatory.core.sdmx.versions import fits_one, fits_version

KINDS = ("agencyscheme", "codelist", "conceptscheme", "datastructure", "dataflow")
WITH_ITEMS = ("agencyscheme", "codelist", "conceptscheme")
# Types of the standard of which nothing is held: a request for them finds nothing, which is no mistake.
EMPTY_KINDS = {
    "metadatastructure", "categoryscheme", "hierarchy", "hierarchyassociation", "hierarchicalcodelist", "valuelist",
    "dataproviderscheme", "metadataproviderscheme", "dataconsumerscheme", "organisationunitscheme", "metadataflow",
    "reportingtaxonomy", "provisionagreement", "metadataprovisionagreement", "structuremap", "representationmap",
    "conceptschememap", "categoryschememap", "organisationschememap", "reportingtaxonomymap", "process", "categorisation",
    "dataconstraint", "metadataconstraint", "contentconstraint", "attachmentconstraint", "actualconstraint",
    "allowedconstraint", "transformationscheme", "rulesetscheme", "userdefinedoperatorscheme", "customtypescheme",
    "namepersonalisationscheme", "vtlmappingscheme", "structureset",
}  # fmt: skip
_ANY_KIND = ("*", "all", "structure")
_GROUPS = {"organisationscheme": ("agencyscheme",), "itemscheme": WITH_ITEMS}
DETAILS = (
    "full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial", "raw",
)  # fmt: skip
REFERENCES = ("none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all")


@dataclass(frozen=True, order=True)
class Artefact:
    """A structure by its type, agency and id; all are of version 1.0."""

    kind: str
    agency: str
    id: str

    @property
    def path(self) -> str:
        """Its address after the part that names the interface, for example codelist/COP/CL_SEX/1.0."""
        return f"{self.kind}/{self.agency}/{self.id}/{VERSION}"


@dataclass(frozen=True)
class Part:
    """A structure in an answer: whole, or a stub with its name alone, or with some of its items only."""

    artefact: Artefact
    stub: bool = False
    items: frozenset[str] | None = None


AGENCIES = Artefact("agencyscheme", "SDMX", "AGENCIES")
LISTS = tuple(Artefact("codelist", AGENCY, name) for name in dict.fromkeys(CODED.values()))
SCHEME = Artefact("conceptscheme", AGENCY, CONCEPTS)
STRUCTURE = Artefact("datastructure", AGENCY, FLOW)
DATAFLOW = Artefact("dataflow", AGENCY, FLOW)
ALL = (AGENCIES, *LISTS, SCHEME, STRUCTURE, DATAFLOW)
CHILDREN: dict[Artefact, tuple[Artefact, ...]] = {DATAFLOW: (STRUCTURE,), STRUCTURE: (SCHEME, *LISTS)}


@dataclass(frozen=True)
class StructureQuery:
    """A request for structures as its address gives it."""

    kind: str
    agency: str = "*"
    id: str = "*"
    version: str = "~"
    item: str = ""
    detail: str = "full"
    references: str = "none"


def find(query: StructureQuery) -> tuple[Part, ...]:
    """The structures that answer a request with those that it wants with them, in the order of ALL.

    Raises SdmxError 140 for an unknown type, detail or reference, 100 where nothing is found.
    """
    if query.detail not in DETAILS:
        raise syntax(f"detail={shown(query.detail)} is not known; there are {', '.join(DETAILS)}.")
    kinds = _kinds(query.kind)
    wanted = [
        one
        for one in ALL
        if one.kind in kinds and fits_one(query.agency, (one.agency,)) and fits_one(query.id, (one.id,))
        and fits_version(query.version, VERSION)
    ]  # fmt: skip
    if query.item and query.item not in ("*", "all"):
        if query.kind not in (*WITH_ITEMS, *_ANY_KIND, *_GROUPS):
            raise syntax(f"{shown(query.kind)} has no items; leave {shown(query.item)} out.")
        wanted = [one for one in wanted if one.kind in WITH_ITEMS]
    if not wanted:
        raise no_results(f"There is no {shown(query.kind)} {shown(query.agency)}:{shown(query.id)}({shown(query.version)}) here.")
    others = _referenced(wanted, query.references) - set(wanted)
    stubs = query.detail in ("allstubs", "allcompletestubs")
    far = stubs or query.detail in ("referencestubs", "referencecompletestubs")
    items = None if query.item in ("", "*", "all") else frozenset(query.item.replace("+", ",").split(","))
    return tuple(
        Part(one, far, None) if one in others else Part(one, stubs, items) for one in ALL if one in wanted or one in others
    )


def with_items(held: Cube, parts: Sequence[Part]) -> tuple[Part, ...]:
    """`parts` without item schemes of which no item was asked for. Raises SdmxError 100 where nothing is left."""
    found = tuple(part for part in parts if part.items is None or part.items & _items_of(held, part.artefact))
    if not found:
        raise no_results("There is no such item; leave the last part of the address out to get all of them.")
    return found


def _items_of(held: Cube, one: Artefact) -> set[str]:
    if one.kind == "codelist":
        return {coded.id for coded in held.lists[one.id]}
    return {AGENCY} if one == AGENCIES else set(COMPONENTS)


def _kinds(text: str) -> Sequence[str]:
    if text in _ANY_KIND:
        return KINDS
    if text in KINDS:
        return (text,)
    if text in _GROUPS:
        return _GROUPS[text]
    if text in EMPTY_KINDS:
        return ()
    raise syntax(f"There is no type of structure {shown(text)}; there are {', '.join(KINDS)}.")


def _referenced(wanted: Iterable[Artefact], references: str) -> set[Artefact]:
    found: set[Artefact] = set()
    for word in references.split(","):
        if word in REFERENCES:
            for one in wanted:
                found |= _related(one, word)
        else:
            kinds = _kinds(word)
            for one in wanted:
                found |= {each for each in _related(one, "all") if each.kind in kinds}
    return found


def _related(one: Artefact, word: str) -> set[Artefact]:
    parents = {parent for parent, children in CHILDREN.items() if one in children}
    match word:
        case "parents":
            return parents
        case "parentsandsiblings":
            return parents.union(*(CHILDREN[parent] for parent in parents))
        case "ancestors":
            return parents.union(*(_related(parent, "ancestors") for parent in parents))
        case "children":
            return set(CHILDREN.get(one, ()))
        case "descendants":
            return set(CHILDREN.get(one, ())).union(*(_related(child, "descendants") for child in CHILDREN.get(one, ())))
        case "all":
            return {AGENCIES} | _related(one, "parentsandsiblings") | _related(one, "descendants")
        case _:
            return set()
