"""Structures as JSON 1.0: the same message as JSON 2.0, with the names that SDMX 2.1 has for its parts."""

from __future__ import annotations

from typing import Any

from cop.observatory.core.sdmx.layout import MEASURE

_SCHEMA = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/1.0/sdmx-json-structure-schema.json"


def older(made: dict[str, Any]) -> dict[str, Any]:
    """Changes a JSON 2.0 structure message into one of version 1.0."""
    made["meta"]["schema"] = _SCHEMA
    data = made["data"]
    if "dataConstraints" in data:
        data["contentConstraints"] = [_constraint(one) for one in data.pop("dataConstraints")]
    for listed in data.values():
        for one in listed:
            one["isFinal"] = False
    for one in data.get("dataStructures", []):
        if "dataStructureComponents" in one:
            _components(one["dataStructureComponents"])
    return made


def _constraint(one: dict[str, Any]) -> dict[str, Any]:
    one["type"] = one.pop("role")
    for region in one["cubeRegions"]:
        for key in region["keyValues"]:
            key["values"] = [value["value"] for value in key["values"]]
    return one


def _components(parts: dict[str, Any]) -> None:
    dimensions = parts["dimensionList"]
    for place, one in enumerate(dimensions["dimensions"]):
        one |= {"position": place, "type": "Dimension"}
    time = dimensions.pop("timeDimension")
    dimensions["timeDimensions"] = [time | {"position": len(dimensions["dimensions"]), "type": "TimeDimension"}]
    (measure,) = parts["measureList"].pop("measures")
    measure.pop("usage", None)
    parts["measureList"]["primaryMeasure"] = measure
    for one in parts["attributeList"]["attributes"]:
        one.pop("measureRelationship", None)
        one["attributeRelationship"] = {"primaryMeasure": MEASURE}
        one["assignmentStatus"] = "Mandatory" if one.pop("usage", "optional") == "mandatory" else "Conditional"
    for one in (*dimensions["dimensions"], *dimensions["timeDimensions"], measure, *parts["attributeList"]["attributes"]):
        shown = one.get("localRepresentation", {})
        if "format" in shown:
            given = shown.pop("format")
            shown["textFormat"] = {"textType": given["dataType"]}
