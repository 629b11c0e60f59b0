"""The standard's error messages, as JSON and as XML."""

from __future__ import annotations

import json
import re
from datetime import date

from lxml import etree

from cop.observatory.core.sdmx.errors import SdmxError
from cop.observatory.formats.sdmx.json import message
from cop.observatory.formats.sdmx.xml import namespace

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def json_error(error: SdmxError, prepared: date, root: str) -> bytes:
    """An error as SDMX-JSON in UTF-8: code, title and detail."""
    body = {
        "meta": message(prepared, "en", root),
        "errors": [{"code": error.code, "title": error.name, "detail": error.text}],
    }
    return json.dumps(body, ensure_ascii=True).encode()


def xml_error(error: SdmxError, version: str) -> bytes:
    """An error as SDMX-ML in UTF-8; `version` is v2_1 or v3_0."""
    said, held = namespace(version, "message"), namespace(version, "common")
    root = etree.Element(f"{{{said}}}Error", nsmap={"message": said, "common": held})
    told = etree.SubElement(root, f"{{{said}}}ErrorMessage", code=str(error.code))
    for text in (error.name, error.text):
        etree.SubElement(told, f"{{{held}}}Text").text = _NOT_IN_XML.sub("\ufffd", text)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found
