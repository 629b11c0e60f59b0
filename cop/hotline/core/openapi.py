"""The description of the interface for programs, as OpenAPI 3.1 has it; codes and limits come from where they are enforced."""

from __future__ import annotations

from typing import Any

from cop.ground.core.door import BY_CODE
from cop.hotline.core.body import CONSENTS, LONGEST, REPORTERS
from cop.hotline.core.codes import CONCERNS, PLACES, SITE_TYPES, STATES
from cop.hotline.core.receipt import SEED_LONGEST, SEED_SHORTEST

VERSION = "1"
_TEXT = {"type": "string"}


def described() -> dict[str, Any]:
    """The three addresses, what each takes and answers, and every refusal."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reports to a hotline",
            "version": VERSION,
            "description": "Reports of harm to children online. Nothing about the sender is stored; media are refused.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/v1/reports/challenge": {"get": _operation("challenge", "A challenge to solve", "", 200, "Challenge")},
            "/api/v1/reports": {"post": _operation("report", "Send one report", "Report", 201, "Accepted")},
            "/api/v1/reports/follow-up": {"post": _operation("follow_up", "State and answers", "Receipt", 200, "Thread")},
        },
        "components": {"schemas": _schemas()},
    }  # fmt: skip


def _operation(name: str, summary: str, body: str, status: int, answer: str) -> dict[str, Any]:
    refusals = ["503"] + (["400", "413", "415", "422"] if body else []) + (["429"] if name == "report" else [])
    refusals += ["404"] if name == "follow_up" else []
    held: dict[str, Any] = {
        "operationId": name, "summary": summary,
        "responses": {str(status): _answer("done", answer)} | {code: _answer("refused", "Refusal") for code in sorted(refusals)},
    }  # fmt: skip
    if body:
        held["requestBody"] = {"required": True, "content": _json(body)}
    return held


def _answer(what: str, schema: str) -> dict[str, Any]:
    return {"description": what, "content": _json(schema)}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _schemas() -> dict[str, Any]:
    report: dict[str, Any] = {name: _TEXT | {"maxLength": most} for name, most in LONGEST.items()}
    known = {
        "place_kind": PLACES, "concern": CONCERNS, "site_type": SITE_TYPES, "reporter": REPORTERS, "may_contact": CONSENTS,
        "may_pass_on": CONSENTS, "language": BY_CODE,
    }  # fmt: skip
    report |= {name: {"enum": ["", *codes]} for name, codes in known.items()}
    report["danger"] = {"enum": ["", "yes"]}
    report["idempotency_key"] = _TEXT | {"pattern": f"^[A-Za-z0-9_-]{{{SEED_SHORTEST},{SEED_LONGEST}}}$"}
    report["proof"] = _TEXT | {"description": "challenge:number", "maxLength": 200}
    one_of = [{"required": [name], "properties": {name: {"minLength": 1}}} for name in ("address", "place", "note")]
    message = _object({"at": _TEXT | {"format": "date-time"}, "text": {"type": ["string", "null"]}})
    return {
        "Report": _object(report, ["idempotency_key", "proof"]) | {"anyOf": one_of},
        "Accepted": _object({
            "receipt": _TEXT | {"pattern": "^([0-9]{4} ){7}[0-9]{4}$"}, "reference": _TEXT, "state": {"enum": ["received"]},
            "stored": {"enum": ["new", "again", "message"]},
            "kept": {"enum": ["all", "address"], "description": "address: too much at once; send the rest with the same key"},
            "assessed_by": _TEXT | {"description": "the organisation that assesses, where this centre does not"},
        }),
        "Challenge": _object({
            "challenge": _TEXT, "difficulty": {"type": "integer"}, "algorithm": {"const": "SHA-256"}, "input": _TEXT,
        }),
        "Receipt": _object({"receipt": _TEXT}),
        "Thread": _object({"state": {"enum": list(STATES)}, "reference": _TEXT, "messages": {"type": "array", "items": message}}),
        "Refusal": _object({"error": _object({
            "code": _TEXT, "message": _TEXT,
            "fields": {"type": "array", "items": _object({"field": _TEXT, "why": _TEXT})},
            "routes": {"type": "array", "items": _object({"what": _TEXT, "address": _TEXT})},
        }, ["code", "message"])}),
    }  # fmt: skip


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required}
