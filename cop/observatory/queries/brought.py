"""Where workbooks lie between being brought and being taken over: one for each person and response, and none for long."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cop.observatory.queries.files import folder_of_files

FOLDER = "brought"


def brought_folder() -> Path:
    """Where they lie, beside the stored files."""
    return folder_of_files() / FOLDER


def brought_path(round_id: str, iso3: str, person: str) -> Path:
    """Where the workbook that a person brought for a response lies; a later one takes the place of an earlier one."""
    return brought_folder() / f"{hashlib.sha256(f'{round_id}/{iso3}/{person}'.encode()).hexdigest()}.xlsx"


def brought_bytes(round_id: str, iso3: str, person: str, sha256: str) -> bytes | None:
    """The workbook with this digest that the person brought for the response; None where it is another one or gone."""
    try:
        raw = brought_path(round_id, iso3, person).read_bytes()
    except OSError:
        return None
    return raw if hashlib.sha256(raw).hexdigest() == sha256 else None
