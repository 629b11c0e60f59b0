"""The types of rows in a form, and what becomes of each."""

from __future__ import annotations

import re

from cop.observatory.core.questionnaire import Kind

# Values say whether the group repeats.
BEGIN = {"begin_group": False, "begin group": False, "begin_repeat": True, "begin repeat": True}
END = {"end_group": False, "end group": False, "end_repeat": True, "end repeat": True}
CHOOSE = {
    "select_one": Kind.ONE, "select one": Kind.ONE, "select1": Kind.ONE, "select_multiple": Kind.SEVERAL,
    "select multiple": Kind.SEVERAL, "select all that apply": Kind.SEVERAL, "rank": Kind.RANKED,
}  # fmt: skip
PLAIN_TYPES = {
    "text": Kind.TEXT, "string": Kind.TEXT, "integer": Kind.NUMBER, "int": Kind.NUMBER, "decimal": Kind.NUMBER,
    "range": Kind.NUMBER, "date": Kind.DATE, "note": Kind.NOTE, "calculate": Kind.CALCULATION, "time": Kind.TEXT,
    "dateTime": Kind.TEXT, "datetime": Kind.TEXT, "barcode": Kind.TEXT, "acknowledge": Kind.TEXT, "hidden": Kind.TEXT,
}  # fmt: skip
METADATA = (
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "start-geopoint",
)  # fmt: skip
UNSUPPORTED = (
    "geopoint", "geotrace", "geoshape", "image", "photo", "audio", "video", "file", "background-audio", "background-geopoint",
)  # fmt: skip
REFUSED = {
    "select_one_from_file": "reads its choices from another file; put them on the sheet choices",
    "select_multiple_from_file": "reads its choices from another file; put them on the sheet choices",
    "select_one_external": "reads its choices from another sheet; put them on the sheet choices",
    "xml-external": "reads another file",
    "csv-external": "reads another file",
    "begin_loop": "begins a loop; write a repeat instead",
    "end_loop": "ends a loop; write a repeat instead",
}
WRITTEN = {
    Kind.ONE: "select_one", Kind.SEVERAL: "select_multiple", Kind.RANKED: "rank", Kind.STATE: "select_one", Kind.NUMBER: "decimal",
    Kind.DATE: "date", Kind.TEXT: "text", Kind.NOTE: "note", Kind.CALCULATION: "calculate",
}  # fmt: skip
_TWO_WORDS = sorted((name for name in (*BEGIN, *END, *CHOOSE) if " " in name), key=len, reverse=True)


def split_type(text: str) -> tuple[str, str]:
    """The type and what follows it: ("select_one", "countries") of `select_one countries`."""
    for name in _TWO_WORDS:
        if text == name or text.startswith(f"{name} "):
            return name, text[len(name) :].strip()
    first, _, rest = re.sub(r"\s+", " ", text).partition(" ")
    return first, rest


def known_types() -> str:
    """The types that can be asked, for messages."""
    shown = ("text", "integer", "decimal", "date", "note", "calculate", "select_one LIST", "select_multiple LIST", "rank LIST")
    return ", ".join(shown)
