"""The questionnaires that are kept, and the files made of them. A kept one never changes, so each is read once a process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cop.ground.core.door import Words, words
from cop.observatory.core.questionnaire import Questionnaire, from_json
from cop.observatory.core.questionnaires.versions import VersionMap, unmapped, version_map
from cop.observatory.formats.xlsform import write_xlsform
from cop.observatory.models import QuestionnaireVersion, Round


@dataclass(frozen=True)
class KeptQuestionnaire:
    """A questionnaire that is kept. `rounds` are id and title of the rounds that use it, the newest opening first.

    `not_carried` and `untranslated` are what reading its form listed, in English. `follows` are the SHA-256 of the versions from
    which a map leads here.
    """

    id: int
    key: str
    version: str
    title: Mapping[str, str]
    sha256: str
    added_at: datetime
    frozen_at: datetime | None
    not_carried: tuple[str, ...]
    untranslated: tuple[str, ...]
    follows: frozenset[str]
    rounds: tuple[tuple[str, Mapping[str, str]], ...]


_PARTS = ("pk", "key", "version", "title", "sha256", "added_at", "frozen_at", "not_carried", "untranslated", "follows")


def kept_questionnaires(q: str = "") -> tuple[KeptQuestionnaire, ...]:
    """Every kept questionnaire with `q` in key, version, hash or a title, the newest first. Two queries."""
    used: dict[int, list[tuple[str, Mapping[str, str]]]] = {}
    for number, round_id, title in Round.objects.order_by("-opens_at", "id").values_list("questionnaire_id", "id", "title"):
        used.setdefault(number, []).append((round_id, title))
    rows = QuestionnaireVersion.objects.order_by("-added_at", "-pk").values_list(*_PARTS)
    found = [_kept_row(row, tuple(used.get(row[0], ()))) for row in rows]
    return tuple(
        one for one in found if q.casefold() in "\n".join([one.key, one.version, one.sha256, *one.title.values()]).casefold()
    )


def kept_questionnaire(number: int) -> KeptQuestionnaire | None:
    """One kept questionnaire; None where there is none. Two queries."""
    row = QuestionnaireVersion.objects.filter(pk=number).values_list(*_PARTS).first()
    if row is None:
        return None
    used = Round.objects.filter(questionnaire_id=number).order_by("-opens_at", "id").values_list("id", "title")
    return _kept_row(row, tuple(used))


def questionnaires_beside(number: int) -> tuple[KeptQuestionnaire, ...]:
    """Every kept questionnaire but one, the newest first, without the rounds that use them. One query."""
    rows = QuestionnaireVersion.objects.exclude(pk=number).order_by("-added_at", "-pk").values_list(*_PARTS)
    return tuple(_kept_row(row, ()) for row in rows)


def _kept_row(row: tuple[Any, ...], rounds: tuple[tuple[str, Mapping[str, str]], ...]) -> KeptQuestionnaire:
    number, key, version, title, sha256, added_at, frozen_at, not_carried, untranslated, follows = row
    notes = tuple(not_carried), tuple(untranslated), frozenset(follows)
    return KeptQuestionnaire(number, key, version, title, sha256, added_at, frozen_at, *notes, rounds)


def questionnaire_of(questionnaire_id: int) -> Questionnaire:
    """The questionnaire with this number. Raises QuestionnaireVersion.DoesNotExist."""
    return _kept(QuestionnaireVersion.objects.values_list("sha256", flat=True).get(pk=questionnaire_id))


def questionnaire_by(sha256: str) -> Questionnaire:
    """The questionnaire with this hash; asks the database the first time only. Raises QuestionnaireVersion.DoesNotExist."""
    return _kept(sha256)


def version_map_of(old_sha256: str, new_sha256: str) -> VersionMap:
    """How one kept questionnaire follows another: by the map that was kept, else by what both have in common."""
    old, new = _kept(old_sha256), _kept(new_sha256)
    lines = QuestionnaireVersion.objects.values_list("follows", flat=True).get(sha256=new_sha256).get(old_sha256)
    if lines is None:
        return unmapped(old, new)
    return version_map({"from": old.version, "to": new.version, "questions": lines}, "the map", old, new)


@lru_cache(maxsize=32)
def _kept(sha256: str) -> Questionnaire:
    return from_json(json.loads(QuestionnaireVersion.objects.values_list("content", flat=True).get(sha256=sha256)))


def xlsform_of(sha256: str) -> bytes:
    """The kept questionnaire as an XLSForm."""
    return _written(sha256, "xlsx", "en")


def printed(sha256: str, form: str, t: Words) -> bytes:
    """The kept questionnaire as docx or pdf in the language of `t`. Raises FontMissing for a sign that no font shows."""
    return _written(sha256, form, t.language.code)


@lru_cache(maxsize=48)  # anybody may ask for these files, and typst takes seconds
def _written(sha256: str, form: str, language: str) -> bytes:
    if form == "xlsx":
        return write_xlsform(_kept(sha256))
    if form == "docx":
        from cop.observatory.formats.questionnaire_word import write_word  # noqa: PLC0415 slow: only where a Word document is asked for

        return write_word(_kept(sha256), words(language))
    from cop.observatory.formats.questionnaire_pdf import write_pdf  # noqa: PLC0415 slow: typst only where a PDF is asked for

    return write_pdf(_kept(sha256), words(language))
