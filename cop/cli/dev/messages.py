"""Message catalogues: one a room and language, extracted from code, templates and data, and brought up to date."""

from __future__ import annotations

import ast
import csv
import io
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from cop.ground.core.tables import PACKAGE
from cop.ground.core.words import LANGUAGES

Message = str | tuple[str, ...]
TARGETS = tuple(language for language in LANGUAGES if language.code != "en")
KEYWORDS = {"t": None, "tn": (1, 2)}
JINJA = {"extensions": "jinja2.ext.do", "silent": "false"}

# Which texts of a room's data files are shown to readers in their language.
DATA_TEXTS: dict[str, tuple[str, ...]] = {
    "accounts/data/permissions.yaml": ("label",),
    "ground/data/vocabulary.yaml": ("name", "short", "description", "question", "objective"),
    "observatory/data/rules.yaml": (
        "action", "action_none", "reason", "reason_none", "why_this", "why_not", "owner", "source",
    ),
    "observatory/data/composites.yaml": ("name", "label", "explains"),
    "observatory/data/contradictions.yaml": ("title", "text"),
    "observatory/data/crosswalk.yaml": ("item", "gist", "note"),
    "observatory/data/methods/*.yaml": ("name", "summary"),
    "observatory/data/method_examples.yaml": ("summary", "case"),
    "observatory/data/indicators/*.yaml": ("name", "definition", "caution", "states", "levels"),
}  # fmt: skip


# Columns of tables that are shown to readers in their language.
DATA_COLUMNS = {"observatory/data/targets.csv": "text"}


def _data_messages(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _data_messages(item, keys)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in keys:
                texts = item.values() if isinstance(item, dict) else item if isinstance(item, list) else [item]
                yield from (text for text in texts if text)
            else:
                yield from _data_messages(item, keys)


def _python_messages(path: Path) -> Iterator[Message]:
    """The texts given to t(), mark(), Sentence() and count(), also inside f-strings, which Babel's own extractor passes over."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in ("t", "mark", "Sentence") and texts:
            yield texts[0]
        elif name == "count" and len(texts) == 2:
            yield texts[0], texts[1]


def messages_of(room: Path) -> Iterator[tuple[Message, str]]:
    """Every message of a room with the file it stands in."""
    for path in sorted(room.rglob("*.py")):
        if "dev" not in path.parts:
            yield from ((message, str(path.relative_to(PACKAGE))) for message in _python_messages(path))
    for path in sorted(room.glob("templates/**/*.html")):
        for _, message, _, _ in extract_from_file("jinja2.ext:babel_extract", path, keywords=KEYWORDS, options=JINJA):
            yield message, str(path.relative_to(PACKAGE))
    for pattern, keys in DATA_TEXTS.items():
        for path in sorted(PACKAGE.glob(pattern)):
            if path.is_relative_to(room):
                for text in _data_messages(yaml.safe_load(path.read_text(encoding="utf-8")), keys):
                    yield text, str(path.relative_to(PACKAGE))
    for name, column in DATA_COLUMNS.items():
        if (PACKAGE / name).is_relative_to(room):
            with (PACKAGE / name).open(encoding="utf-8", newline="") as file:
                yield from ((row[column], name) for row in csv.DictReader(file))
    for path in sorted(room.glob("data/*.passport.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))["title"], str(path.relative_to(PACKAGE))


def rooms() -> list[Path]:
    return sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def template_of(room: Path, taken: set[Message]) -> Catalog:
    """The messages of a room that no lower room has: a message is translated once."""
    catalogue = Catalog(project="COP Centre", charset="utf-8", fuzzy=False)
    for message, place in messages_of(room):
        if message not in taken:
            catalogue.add(message, locations=[(place, 0)])
    return catalogue


def catalogue_path(room: Path, locale: str) -> Path:
    return room / "locale" / locale / "LC_MESSAGES" / f"{room.name}.po"


ORDER = ("ground", "accounts", "observatory", "guidance", "hotline", "front", "cli", "config")


def up_to_date() -> Iterator[tuple[Path, Catalog]]:
    """Each catalogue file with what it should hold today: the messages of its room, with the translations it has."""
    taken: set[Message] = set()
    for name in ORDER:
        room = PACKAGE / name
        template = template_of(room, taken)
        taken |= {message.id if isinstance(message.id, str) else tuple(message.id) for message in template if message.id}
        for language in TARGETS:
            path = catalogue_path(room, language.locale)
            catalogue = Catalog(locale=language.locale, charset="utf-8", fuzzy=False)
            if path.exists():
                with path.open("rb") as file:
                    catalogue = read_po(file, locale=language.locale)
            catalogue.update(deepcopy(template), no_fuzzy_matching=True)  # Babel shares message objects otherwise
            catalogue.obsolete.clear()
            if len(catalogue):
                yield path, catalogue


def update() -> int:
    """Bring all catalogues up to date. Returns how many messages lack a translation."""
    lacking = 0
    for path, catalogue in up_to_date():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = io.BytesIO()
        write_po(fresh, catalogue, no_location=True, omit_header=False, sort_output=False, width=120)
        if not path.exists() or _undated(path.read_bytes()) != _undated(fresh.getvalue()):
            path.write_bytes(fresh.getvalue())
        lacking += sum(1 for message in catalogue if message.id and not is_translated(message.string))
    return lacking


def _undated(held: bytes) -> set[bytes]:
    """The lines of a catalogue but for its date, in no order: a file in which nothing else changed is left alone."""
    return {line for line in held.splitlines() if not line.startswith(b'"POT-Creation-Date')}


def is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def stale() -> list[str]:
    """What is wrong with the catalogues, one line each: messages that came or went, missing or fuzzy translations."""
    problems = []
    for path, catalogue in up_to_date():
        kept = Catalog()
        if path.exists():
            with path.open("rb") as file:
                kept = read_po(file, locale=str(catalogue.locale))
        if {str(m.id) for m in kept} != {str(m.id) for m in catalogue}:
            problems.append(f"{path.relative_to(PACKAGE)} is out of date: run cop-dev messages")
        lacking = sum(1 for m in kept if m.id and (m.fuzzy or not is_translated(m.string)))
        if lacking:
            problems.append(f"{path.relative_to(PACKAGE)} lacks {lacking} translations")
    return problems


def run(_arguments: list[str]) -> int:
    """Bring all catalogues up to date and say what lacks."""
    lacking = update()
    print(f"{lacking} messages lack a translation")
    return 1 if lacking else 0
