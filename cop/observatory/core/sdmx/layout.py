"""The layout of the open statistics: agency, dimensions in their order, measure, attributes, and the code lists behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cop.ground.core.door import mark
from cop.observatory.core.observations import CodeLabel, Flow, Observation

AGENCY, FLOW, VERSION = "COP", "COP_INDICATORS", "1.0"
FLOW_ID = f"{AGENCY}:{FLOW}({VERSION})"
CONCEPTS = "COP_CONCEPTS"
SERIES = ("FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "DISAGG")
TIME = "TIME_PERIOD"
MEASURE = "OBS_VALUE"
DIMENSIONS = (*SERIES, TIME)
ATTRIBUTES = (
    "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "CONF_STATUS", "DATA_SOURCE", "TIME_PERIOD_METHOD", "COVERAGE", "COMMENT_OBS",
    "METHOD_VERSION",
)  # fmt: skip
COMPONENTS = (*DIMENSIONS, MEASURE, *ATTRIBUTES)
CODED = {
    "FREQ": "CL_FREQ",
    "REF_AREA": "CL_AREA",
    "INDICATOR": "CL_INDICATOR",
    "SEX": "CL_SEX",
    "AGE": "CL_AGE",
    "DISAGG": "CL_DISAGG",
    "OBS_STATUS": "CL_OBS_STATUS",
    "CONF_STATUS": "CL_CONF_STATUS",
}
FLOW_NAME = mark("Indicators of child online protection")
AGENCY_NAME = "COP Centre"
CONCEPT_NAMES = {
    "FREQ": mark("Frequency"),
    "REF_AREA": mark("Country or region"),
    "INDICATOR": mark("Indicator"),
    "SEX": mark("Sex"),
    "AGE": mark("Age group"),
    "DISAGG": mark("Further breakdown"),
    "TIME_PERIOD": mark("Period"),
    "OBS_VALUE": mark("Value"),
    "UNIT_MEASURE": mark("Unit"),
    "UNIT_MULT": mark("Unit multiplier"),
    "OBS_STATUS": mark("Status of the value"),
    "CONF_STATUS": mark("Confidentiality"),
    "DATA_SOURCE": mark("Source"),
    "TIME_PERIOD_METHOD": mark("Day or span that the value is about"),
    "COVERAGE": mark("Coverage"),
    "COMMENT_OBS": mark("Comment"),
    "METHOD_VERSION": mark("Version of the method"),
}
_FIXED = {
    "CL_FREQ": {"A": mark("annual")},
    "CL_SEX": {"_T": mark("total"), "F": mark("female"), "M": mark("male")},
    "CL_AGE": {
        "_T": mark("total"),
        "Y0T17": mark("0 to 17 years"),
        "Y9T12": mark("9 to 12 years"),
        "Y13T17": mark("13 to 17 years"),
    },
    "CL_DISAGG": {"_T": mark("total")},
    "CL_OBS_STATUS": {
        "A": mark("normal value"),
        "B": mark("break in the series"),
        "E": mark("estimated value"),
        "L": mark("not collected"),
        "M": mark("can't exist"),
        "O": mark("missing"),
        "P": mark("provisional value"),
        "Q": mark("suppressed"),
        "U": mark("low reliability"),
    },
    "CL_CONF_STATUS": {"F": mark("free for publication"), "N": mark("not for publication")},
}
LIST_NAMES = {listed: CONCEPT_NAMES[component] for component, listed in CODED.items()}
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_@$-]")
Key = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Coded:
    """A code of a code list: its id, and its names by language where they come with the data, else one English message."""

    id: str
    names: dict[str, str]
    message: str = ""


@lru_cache(maxsize=4096)
def code_id(text: str) -> str:
    """A code as the standard may write it: P1-09/OPSC becomes P1-09_OPSC."""
    return _NOT_IN_AN_ID.sub("_", text)


def key_of(one: Observation) -> Key:
    """The six codes of the series that an observation is in."""
    return (code_id(one.freq), code_id(one.area), code_id(one.indicator), code_id(one.sex), code_id(one.age), code_id(one.disagg))


def code_lists(flow: Flow, keys: Iterable[Key]) -> dict[str, tuple[Coded, ...]]:
    """All code lists by id. Codes that occur in the data and have no name are listed under their own id."""
    lists = {name: [Coded(code, {}, message) for code, message in codes.items()] for name, codes in _FIXED.items()}
    lists["CL_AREA"] = [_named(label) for label in flow.areas]
    lists["CL_INDICATOR"] = [_named(label) for label in flow.indicators]
    used: list[set[str]] = [set() for _ in SERIES]
    for key in keys:
        for place, code in enumerate(key):
            used[place].add(code)
    for place, dimension in enumerate(SERIES):
        listed = lists[CODED[dimension]]
        known = {code.id for code in listed}
        listed += [Coded(code, {"en": code}) for code in sorted(used[place] - known)]
    return {name: tuple({code.id: code for code in codes}.values()) for name, codes in lists.items()}


def _named(label: CodeLabel) -> Coded:
    return Coded(code_id(label.code), label.names)
