"""A release as files: figures, groups and the method's table as rows, and a Frictionless data package with all of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cop.ground.formats.sheet import plain_cell
from cop.observatory.core.releases.content import ReleaseContent, ReleaseFigure, as_json, canonical

FIGURE_HEADINGS = (
    "release", "iso3", "country", "indicator", "name", "pillar", "state", "value", "unit", "text", "status", "origin", "in_force",
    "as_of", "why_unknown", "last_known", "source", "licence", "place", "note", "evidence", "other_value", "other_source",
    "other_reason",
)  # fmt: skip
METHOD_HEADINGS = (
    "release", "method", "iso3", "step", "code", "parent", "state", "raw", "low", "high", "value", "weight", "weight_in_effect",
    "known", "applicable", "band", "reason",
)  # fmt: skip
GROUP_HEADINGS = (
    "release", "group", "indicator", "countries", "of", "percent", "low", "high", "children", "children_low", "children_high",
    "confidential",
)  # fmt: skip
ANSWER_HEADINGS = ("release", "iso3", "question", "code", "label", "value", "note")
REPLY_HEADINGS = ("release", "iso3", "language", "written", "text", "decision", "decided")
CHANGE_HEADINGS = ("kind", "area", "code", "before", "after")
_NUMBERS = {
    "value", "raw", "low", "high", "weight", "weight_in_effect", "percent", "children", "children_low", "children_high",
}  # fmt: skip
_WHOLE = {"known", "applicable", "band", "countries", "of", "confidential"}


def figure_rows(content: ReleaseContent, names: Mapping[str, str], only: Sequence[str] = ()) -> Iterator[tuple[Any, ...]]:
    """A line for every figure, and one for every unknown indicator; `names` are the countries' names, `only` some of them."""
    for iso3, country in content.countries.items():
        if only and iso3 not in only:
            continue
        for known in content.header.indicators:
            figure = country.of(known.code)
            if figure.as_of or "/" not in known.code:
                yield _figure_row(content.header.id, iso3, names.get(iso3, iso3), figure, known.name, known.pillar, known.unit)


def _figure_row(id: str, iso3: str, country: str, f: ReleaseFigure, name: str, pillar: str, unit: str) -> tuple[Any, ...]:
    evidence = "; ".join(" ".join(filter(None, (e.title, e.place, e.address))) for e in f.evidence)
    other = (str(f.other.value), f.other.source, f.other.reason) if f.other else ("", "", "")
    return (
        id, iso3, country, f.code, name, pillar, f.state, f.value, unit, f.text, f.status, f.origin, f.since, f.as_of, f.why,
        f.last_known, f.source, f.licence, f.place, f.note, evidence, *other,
    )  # fmt: skip


def method_rows(content: ReleaseContent) -> Iterator[tuple[Any, ...]]:
    """Every step of the method for every country: indicators, groups, total; band and reason stand with the total."""
    header = content.header
    for iso3, country in content.countries.items():
        for s in country.steps:
            end = (country.score.band, country.score.reason) if s.step == "total" else (None, "")
            yield (
                header.id, header.method, iso3, s.step, s.code, s.parent, s.state, s.raw, s.low, s.high, s.value, s.weight,
                s.weight_in_effect, s.known, s.applicable, *end,
            )  # fmt: skip


def group_rows(content: ReleaseContent) -> Iterator[tuple[Any, ...]]:
    """Coverage of every group, in per cent of countries and of children, with bounds."""
    for a in content.header.aggregates:
        yield (
            content.header.id, a.group, a.code, a.n, a.of, a.percent, a.low, a.high, a.children, a.children_low, a.children_high,
            a.confidential,
        )  # fmt: skip


def answer_rows(content: ReleaseContent) -> Iterator[tuple[Any, ...]]:
    """Public answers that feed no indicator."""
    asked = content.header.questions_by_id
    for iso3, country in content.countries.items():
        for answer in country.answers:
            label = asked[answer.question].label.get("en", "") if answer.question in asked else ""
            value = answer.value if isinstance(answer.value, str) else canonical(answer.value)
            yield content.header.id, iso3, answer.question, answer.code, label, value, answer.note


def reply_rows(content: ReleaseContent) -> Iterator[tuple[Any, ...]]:
    """Replies of countries, in their own words."""
    for iso3, country in content.countries.items():
        if (r := country.reply) is not None:
            yield content.header.id, iso3, r.language, r.written, r.text, r.decision, r.decided


def release_json(content: ReleaseContent) -> bytes:
    """The whole release as JSON, with its checksum and citation."""
    return (json.dumps(as_json(content), ensure_ascii=False) + "\n").encode()


def package(content: ReleaseContent, names: Mapping[str, str], address: str) -> bytes:
    """A Frictionless data package: datapackage.json, tables as CSV, the release as JSON, README and checksums, zipped.

    The same release gives the same bytes. `address` is where the release lives.
    """
    tables = {
        "figures": (FIGURE_HEADINGS, figure_rows(content, names)),
        "method": (METHOD_HEADINGS, method_rows(content)),
        "groups": (GROUP_HEADINGS, group_rows(content)),
        "answers": (ANSWER_HEADINGS, answer_rows(content)),
        "replies": (REPLY_HEADINGS, reply_rows(content)),
    }
    files = {f"data/{name}.csv": _csv(headings, rows) for name, (headings, rows) in tables.items()}
    files["release.json"] = release_json(content)
    resources = [_resource(name, headings, files[f"data/{name}.csv"]) for name, (headings, _) in tables.items()]
    files["datapackage.json"] = _descriptor(content, resources, address)
    files["README.md"] = _readme(content, address)
    files["SHA256SUMS"] = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{content.header.id}/{name}", (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _csv(headings: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow(["" if value is None else plain_cell(value) for value in row])
    return out.getvalue().encode()


def _resource(name: str, headings: Sequence[str], body: bytes) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(body),
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "schema": {"fields": [{"name": heading, "type": _type(name, heading)} for heading in headings], "missingValues": [""]},
    }


def _type(table: str, heading: str) -> str:
    if table == "answers" or heading not in _NUMBERS | _WHOLE:
        return "string"
    return "integer" if heading in _WHOLE else "number"


def _descriptor(content: ReleaseContent, resources: Sequence[dict[str, Any]], address: str) -> bytes:
    header = content.header
    about = {
        "profile": "tabular-data-package",
        "name": header.id,
        "id": address,
        "title": f"{header.title}, release {header.id}",
        "version": header.id,
        "created": header.published,
        "homepage": address,
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": header.licence}],
        "sources": [
            {"title": title} for title in sorted({f.source for c in content.countries.values() for f in c.figures if f.source})
        ],
        "contributors": [{"title": "COP Centre", "role": "publisher"}],
        "resources": list(resources),
        "citation": header.citation,
        "checksum": content.checksum,
        "method": header.method,
        "questionnaire": header.questionnaire,
        "reference": header.reference,
    }
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def _readme(content: ReleaseContent, address: str) -> bytes:
    header = content.header
    return f"""# {header.title}, release {header.id}

{header.citation}

Address: {address}
Method: {header.method}. Questionnaire: {header.questionnaire}. Reference data: {header.reference}.
Checksum of the content (SHA-256): {content.checksum}

- data/figures.csv: every figure of every country, with source, date and who stands behind it (confirmed by the country, or desk).
- data/method.csv: every step of the method for every country, from value to points to bounds.
- data/groups.csv: how many countries of a group say yes, with the bounds that unknown answers leave.
- data/answers.csv, data/replies.csv: public answers in words, and replies of countries.
- release.json: the whole release as one document.

Unknown is not no: it widens bounds. Status Q: the count is too small to be printed. Cells that a spreadsheet would take for a
formula begin with an apostrophe.
""".encode()
