"""What the interface says of itself is what it does: every answer fits the schema that stands beside its status."""

import json

import jsonschema
import pytest
from django.test import Client

from cop.ground.public import now
from cop.hotline.actions.opening import close_hotline
from cop.hotline.core.openapi import described
from cop.hotline.core.proof import solve
from cop.hotline.core.receipt import new_seed

HELD = described()
HERE = {"REMOTE_ADDR": "198.51.100.9"}


def fits(answer, path, method):
    """The answer is one that is described, and fits."""
    schema = HELD["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), schema | {"components": HELD["components"]})
    return answer


def post(path, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fits(Client(**HERE).post(path, raw, content_type="application/json"), path, "post")


def test_it_is_served_and_every_reference_in_it_leads_somewhere(db):
    assert Client().get("/api/v1/openapi.json").json() == json.loads(json.dumps(HELD))
    for part in str(HELD).split("#/components/schemas/")[1:]:
        assert part.split("'")[0] in HELD["components"]["schemas"]
    for schema in HELD["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_report_from_challenge_to_thread_fits(open_centre):
    challenge = fits(Client(**HERE).get("/api/v1/reports/challenge"), "/api/v1/reports/challenge", "get").json()["challenge"]
    seed = new_seed()
    report = {"address": "https://gallery.example/1", "language": "fr", "idempotency_key": seed, "proof": solve(challenge, seed)}
    jsonschema.validate(report, {"$ref": "#/components/schemas/Report", "components": HELD["components"]})
    accepted = post("/api/v1/reports", report)
    assert accepted.status_code == 201
    assert post("/api/v1/reports/follow-up", {"receipt": accepted.json()["receipt"]}).status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"x" * 70_000, {}, {"note": 5}, {"note": "data:image/png;base64,AA"}, {"receipt": "1"}]
)
@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/v1/reports/follow-up"])
def test_every_refusal_fits(open_centre, path, body):
    assert post(path, body).status_code in (400, 413, 422)


def test_a_closed_hotline_fits(open_centre):
    close_hotline(actor="system", at=now())
    assert post("/api/v1/reports", {}).json()["error"]["routes"]


@pytest.mark.parametrize("wrong", [{"concern": "gossip"}, {"note": "x" * 5001}, {"idempotency_key": "short"}])
def test_what_is_refused_does_not_fit_the_schema_either(wrong):
    good = {"note": "words", "idempotency_key": new_seed(), "proof": "x:1"}
    schema = {"$ref": "#/components/schemas/Report", "components": HELD["components"]}
    jsonschema.validate(good, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(good | wrong, schema)
