"""The interface for other programs: what it takes, what it refuses and why, and that hostile bytes get a clear answer."""

import hashlib
import json
import random

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.accounts.models import FailedTries
from cop.ground.core.door import new_key, public_half
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline import forms
from cop.hotline.actions.messages import write
from cop.hotline.actions.opening import close_hotline
from cop.hotline.api import reports
from cop.hotline.core.proof import Limits, solve
from cop.hotline.core.receipt import new_seed, read_receipt
from cop.hotline.exchange.keystore import month_of
from cop.hotline.models import Report
from cop.hotline.public import tick
from cop.hotline.queries.reports import open_report

URL, FOLLOW = "/api/v1/reports", "/api/v1/reports/follow-up"
GOOD = {"address": "https://gallery.example/album/17", "concern": "abuse_material", "site_type": "image_store", "language": "ar"}


@pytest.fixture
def client(monkeypatch, settings):
    """A program from outside; its work is small and it has not sent before."""
    monkeypatch.setattr(reports, "DIFFICULTY", 4)
    monkeypatch.setattr(forms, "limits", Limits(forms.PER_HOUR))
    return Client(REMOTE_ADDR="198.51.100.7")


def proved(client, seed):
    return solve(client.get(f"{URL}/challenge").json()["challenge"], seed)


def post(client, url=URL, **given_fields):
    return client.post(url, json.dumps(given_fields), content_type="application/json")


def send(client, **given_fields):
    seed = given_fields.pop("idempotency_key", None) or new_seed()
    proof = given_fields.pop("proof", None) or proved(client, seed)
    return post(client, **given_fields, idempotency_key=seed, proof=proof)


def test_a_report_is_answered_with_a_receipt_that_opens_its_thread(client, open_centre):
    answer = send(client, **GOOD)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    held = answer.json()
    assert len(read_receipt(held["receipt"])) == 32
    month = month_of(now())
    row = Report.objects.get()
    write(report=row.pk, text="Thank you.", thread=open_centre.keystore.thread_key(month), month=month, actor="p-fox", at=now())
    opened = post(client, FOLLOW, receipt=held["receipt"])
    assert opened.status_code == 200
    assert opened.json()["state"] == "received"
    assert [said["text"] for said in opened.json()["messages"]] == ["Thank you."]
    assert open_report(row.pk, open_centre.unlocked, open_centre.keystore).body.address == GOOD["address"]


def test_the_same_again_answers_the_same_receipt_and_stores_nothing(client, open_centre):
    seed = new_seed()
    proof = proved(client, seed)
    first, second = (send(client, **GOOD, idempotency_key=seed, proof=proof) for _ in range(2))
    assert first.json()["receipt"] == second.json()["receipt"]
    assert (first.json()["stored"], second.json()["stored"]) == ("new", "again")
    assert Report.objects.count() == 1
    other = send(client, note="one more thing", idempotency_key=seed, proof=proof)
    assert other.status_code == 422
    assert "used for another text" in other.json()["error"]["fields"][0]["why"]
    assert send(client, note="one more thing", idempotency_key=seed).json()["stored"] == "message"


@pytest.mark.parametrize(
    "fields", [{"address": "app Example, handle @x"}, {"place": "the game Example, server 3"}, {"note": "I heard"}]
)
def test_half_a_report_counts(client, open_centre, fields):
    assert send(client, **fields).status_code == 201


def test_each_bad_field_is_named_in_one_answer(client, open_centre):
    answer = send(client, address="data:image/png;base64,AAAA", concern="gossip", idempotency_key="short")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["fields"]] == ["address", "concern", "idempotency_key"]
    assert Report.objects.count() == 0


def test_without_proof_or_with_a_foreign_one_a_report_waits(client, open_centre):
    seed = new_seed()
    for proof in ({}, {"proof": 5}, {"proof": "x"}, {"proof": "9" + proved(client, seed)[1:]}):
        answer = post(client, **GOOD, idempotency_key=seed, **proof)
        assert answer.status_code == 422
        assert answer.json()["error"]["fields"][0]["field"] == "proof"


def test_the_switches_for_measurements_hold_on_loopback_only(client, open_centre, settings):
    settings.COP_HOTLINE_PROOF_OF_WORK = settings.COP_HOTLINE_RATE_LIMIT = False
    assert post(client, **GOOD, idempotency_key=new_seed()).status_code == 422
    local = Client(REMOTE_ADDR="127.0.0.1")
    assert post(local, **GOOD, idempotency_key=new_seed()).status_code == 201
    forwarded = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert post(forwarded, **GOOD, idempotency_key=new_seed()).status_code == 422


def test_a_network_that_sends_too_much_is_told_when_to_come_back(client, open_centre, monkeypatch):
    monkeypatch.setattr(forms, "limits", Limits(1))
    assert send(client, **GOOD).status_code == 201
    answer = send(client, **GOOD)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert send(client, **GOOD, danger="yes").status_code == 201  # S-32: never held up
    assert Report.objects.get(danger=True)


def test_a_closed_hotline_gives_routes_to_others_and_no_receipt(client, open_centre):
    """S-02."""
    close_hotline(actor="system", at=now())
    answer = send(client, **GOOD)
    assert answer.status_code == 503
    assert {"what", "address"} <= set(answer.json()["error"]["routes"][0])
    assert int(answer["Retry-After"]) > 0
    assert Report.objects.count() == 0


def test_the_routes_begin_with_the_operator_s_own_country(client, open_centre, settings):
    settings.COP_OWN_COUNTRY = "SWE"
    close_hotline(actor="system", at=now())
    found = send(client, **GOOD).json()["error"]["routes"]
    assert found[0]["address"].endswith("/en/help/SE/")
    assert any(route["what"].startswith("hotline: ") for route in found[1:-1])


def test_a_hotline_without_keys_takes_nothing(client, db, settings):
    settings.COP_KEYS = None
    assert post(client, **GOOD).status_code == 503


@pytest.mark.parametrize("fields", [
    {"address": "https://site.test/x"}, {"address": "https://x.example.org/"}, {"address": "https://site.example@real.test/"},
    {"address": "https://real.test#x.example"}, {"address": "https://real.test\\.example"}, {"address": "real.test and then site.example"},
    {"address": "https://a.example/ and https://real.test/"}, {"note": "it is on real.test"}, {"place": "www.real.test"},
])  # fmt: skip
def test_a_demonstration_takes_nothing_that_may_be_real(client, open_centre, settings, fields):
    settings.COP_DEMO = True
    assert "under .example only" in send(client, **fields).json()["error"]["message"]
    assert Report.objects.count() == 0


@pytest.mark.parametrize("address", ["https://site.example/x", "http://sub.site.example:8080/?q=1", "SITE.EXAMPLE"])
def test_a_demonstration_takes_invented_addresses(client, open_centre, settings, address):
    settings.COP_DEMO = True
    assert send(client, address=address, note="I saw it. Yesterday.").status_code == 201


def test_when_the_database_is_busy_no_receipt_is_given(client, open_centre, monkeypatch):
    def busy(**_named):
        raise OperationalError("database is locked")

    monkeypatch.setattr(reports, "receive", busy)
    answer = send(client, **GOOD)
    assert answer.status_code == 503
    assert "receipt" not in answer.json()
    assert answer["Retry-After"]


def test_reports_are_not_taken_where_the_team_key_is_none_of_ours(client, open_centre):
    """HOT-STORE: a receipt for what nobody can open would be worth nothing."""
    open_centre.keystore.set_team(public_half(new_key()))
    answer = send(client, **GOOD)
    assert answer.status_code == 503
    assert Report.objects.count() == 0
    assert tick(now()) == ("reports are sealed to the newest team key again",)
    assert send(client, **GOOD).status_code == 201


def test_no_row_holds_the_sender_s_address(client, open_centre):
    """HOT-TRACE."""
    send(client, **GOOD)
    stored = (
        repr(list(Report.objects.values())) + repr(list(AuditEntry.objects.values())) + repr(list(FailedTries.objects.values()))
    )
    assert "198.51" not in stored
    assert hashlib.sha256(b"198.51.100.7").hexdigest() not in stored


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"x" * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_report_gets_its_status_and_a_sentence(client, open_centre, body, kind, status):
    for url in (URL, FOLLOW):
        answer = client.generic("POST", url, body, content_type=kind)
        assert answer.status_code == status
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize(("url", "method"), [(URL, "GET"), (URL, "PUT"), (FOLLOW, "GET"), (f"{URL}/challenge", "POST")])
def test_another_method_is_refused(client, open_centre, url, method):
    assert client.generic(method, url).status_code == 405


def test_a_wrong_receipt_is_a_404_and_what_is_none_a_422(client, open_centre):
    seed = new_seed()
    accepted = send(client, **GOOD, idempotency_key=seed).json()
    other = send(client, **GOOD).json()["receipt"]
    Report.objects.exclude(reference=accepted["reference"]).delete()
    assert post(client, FOLLOW, receipt=other).status_code == 404
    for receipt in ("", "1234", other[:-1] + str((int(other[-1]) + 1) % 10), 5, None, ["1"]):
        answer = post(client, FOLLOW, receipt=receipt)
        assert answer.status_code == 422
        assert answer.json()["error"]["fields"][0]["field"] == "receipt"


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "place", "note", "contact", "idempotency_key", "proof", "receipt", "other"]),
        st.one_of(st.text(max_size=80), st.integers(), st.none(), st.booleans(), st.lists(st.text(max_size=5), max_size=3),
                  st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2), st.floats(allow_nan=False)),
        max_size=8,
    ),
    st.sampled_from([URL, FOLLOW]),
)  # fmt: skip
def test_any_fields_get_a_clear_answer(client, open_centre, fields, url):
    answer = post(client, url, **fields)
    assert answer.status_code < 500
    assert "error" in answer.json() or answer.status_code in (200, 201)


def test_five_hundred_hostile_requests_never_end_in_a_server_error(client, open_centre):
    draw = random.Random(5)
    pieces = [b'{"address":', b'"', b"}", b"\0", b"\xf0\x9f", b"..%00", b"data:image/png;base64,", b"' OR 1=1 --", b"{{7*7}}", b"\xe2\x80\xae",
              b"<script>", b"9" * 400, b"[" * 50, b"\\\\ud800", b'"idempotency_key":"', b"NaN", b"1e999", b"\r\nX: y"]  # fmt: skip
    for _ in range(500):
        body = b"".join(draw.choice(pieces) for _ in range(draw.randint(0, 12)))
        kind = draw.choice(
            ["application/json", "application/json", "application/json; charset=utf-7", "multipart/form-data", "x/y"]
        )
        method = draw.choice(["POST", "POST", "POST", "GET", "DELETE", "OPTIONS", "HEAD"])
        url = draw.choice([URL, FOLLOW, f"{URL}/challenge", f"{URL}/../x", f"{URL}/%2e%2e", f"{FOLLOW}?receipt=1"])
        assert client.generic(method, url, body, content_type=kind).status_code < 500
    assert Report.objects.count() == 0
