"""Answers of registers in JSON: abuse contacts at any depth, networks, countries, registrars (TRACE-05)."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.parties import country_of, mail_of
from cop.hotline.core.rdap import RdapAnswer, RdapError, read_rdap


def card(*mails, name="Somebody"):
    rows = [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]
    return ["vcard", rows + [["email", {"type": "work"}, "text", mail] for mail in mails]]


def entity(*roles, mails=(), inside=(), name="Somebody"):
    return {"objectClassName": "entity", "roles": list(roles), "vcardArray": card(*mails, name=name), "entities": list(inside)}


def network(*entities, **more):
    return {
        "objectClassName": "ip network", "handle": "192.0.2.0 - 192.0.2.255", "name": "HOST-NET", "startAddress": "192.0.2.0",
        "endAddress": "192.0.2.255", "country": "CR", "entities": list(entities), **more,
    }  # fmt: skip


def read(held):
    return read_rdap(json.dumps(held).encode())


def test_a_network_says_range_country_and_whom_to_write_to():
    answer = read(network(entity("abuse", mails=["abuse@host.example"])))
    assert answer == RdapAnswer(
        "ip network", "192.0.2.0 - 192.0.2.255", "HOST-NET", "192.0.2.0/24", "CR", "", ("abuse@host.example",)
    )


@pytest.mark.parametrize("depth", [0, 1, 2, 40])
def test_the_abuse_contact_is_found_at_any_depth(depth):
    held = entity("Abuse", "technical", mails=["abuse@host.example"])
    for _ in range(depth):
        held = entity("registrant", mails=["office@host.example"], inside=[held])
    assert read(network(held)).abuse == ("abuse@host.example",)


def test_there_may_be_several_contacts_outer_ones_first_and_each_once():
    inner = entity("registrant", inside=[entity("abuse", mails=["inner@host.example"])])
    outer = entity("abuse", mails=["one@host.example", "two@host.example", "one@host.example"])
    assert read(network(inner, outer)).abuse == ("one@host.example", "two@host.example", "inner@host.example")


def test_nobody_else_is_written_to():
    assert (
        read(network(entity("technical", mails=["tech@host.example"]), entity("registrant", mails=["owner@host.example"]))).abuse
        == ()
    )


def test_a_domain_says_its_registrar_whose_abuse_contact_is_nested():
    registrar = entity("registrar", name="Names of Example", inside=[entity("abuse", mails=["abuse@names.example"])])
    answer = read({"objectClassName": "domain", "ldhName": "name.example", "entities": [entity("registrant", name="X"), registrar]})
    assert (answer.name, answer.registrar, answer.abuse) == ("name.example", "Names of Example", ("abuse@names.example",))
    assert (answer.network, answer.country) == ("", "")
    bare = {"objectClassName": "domain", "entities": [{"roles": ["registrar"], "handle": "9999"}]}
    assert read(bare).registrar == "9999"


@pytest.mark.parametrize("country", ["EU", "AP", "ZZ", "", None, 7, "CRI", ["CR"], "C"])
def test_a_country_that_is_none_is_unknown(country):
    assert read(network(country=country)).country == ""


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"", "no JSON"), (b"[]", "no object"), (b"7", "no object"), (b"{}", "what it is about"), (b'{"objectClassName": ["domain"]}', "what it is about"),
     (b'{"errorCode": 404, "objectClassName": "domain"}', "an error"), (b"[" * 100_000, "deeply"), (b" " * 1_000_001, "large"), (b"\xff\xfe", "no JSON"),
     (b'{"objectClassName": "domain", "x": ' + b"1" * 5000 + b"}", "no JSON")],
)  # fmt: skip
def test_what_is_no_answer_is_refused_by_name(raw, why):
    with pytest.raises(RdapError, match=why):
        read_rdap(raw)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["abuse", "a@b.example", "vcard", "email", "CR", "192.0.2.1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["entities", "roles", "vcardArray", "country", "startAddress", "endAddress", "handle", "name"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)
FIELDS = dict.fromkeys(
    ("entities", "roles", "vcardArray", "country", "startAddress", "endAddress", "handle", "name", "ldhName"), ANY
)
OBJECTS = st.fixed_dictionaries({"objectClassName": st.sampled_from(["ip network", "domain", "entity"])}, optional=FIELDS)


@given(ANY | OBJECTS)
def test_any_json_is_read_or_refused_by_name(held):
    try:
        answer = read_rdap(json.dumps(held).encode())
    except RdapError:
        return
    assert answer.country == country_of(answer.country)
    assert all(mail_of(mail) == mail for mail in answer.abuse)
    assert answer.name.isprintable()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(raw):
    with contextlib.suppress(RdapError):
        read_rdap(raw)


def test_a_flood_of_entities_ends():
    assert len(read(network(*[entity("abuse", mails=[f"a{n}@host.example"]) for n in range(3000)])).abuse) == 8
