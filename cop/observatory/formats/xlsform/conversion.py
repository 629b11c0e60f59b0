"""The form as pyxform renders it (XForm): the last word on whether other tools can read it."""

from __future__ import annotations

import io
import logging
import re

from lxml import etree

from cop.observatory.formats.xlsform.sheets import BadForm


def converted(raw: bytes, name: str) -> str:
    """The XForm of a form. Raises BadForm with pyxform's reason where it refuses what our reader let pass."""
    from pyxform import xls2xform  # noqa: PLC0415 slow: only when a form is read
    from pyxform.errors import PyXFormError  # noqa: PLC0415 slow

    logging.getLogger("pyxform").setLevel(logging.ERROR)
    try:
        return str(xls2xform.convert(xlsform=io.BytesIO(raw), file_type=".xlsx", form_name="data").xform)
    except PyXFormError as error:
        why = re.sub(r"\s+", " ", str(error))[:300]
        raise BadForm(f"{name}: other tools can't read this form: {why}") from None
    except Exception as error:  # a form that breaks pyxform breaks other tools too
        raise BadForm(f"{name}: other tools can't read this form ({type(error).__name__})") from None


def canonical(xform: str) -> bytes:
    """An XForm as canonical XML, so that two can be held against each other."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return bytes(etree.tostring(etree.fromstring(xform.encode("utf-8"), parser), method="c14n"))
