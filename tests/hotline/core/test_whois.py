"""WHOIS text of the five registries (TRACE-06), and texts of the service that knows who announces what (TRACE-07)."""

import ipaddress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.door import PACKAGE
from cop.hotline.core.origin import origin_name, read_origin
from cop.hotline.core.parties import block_of, country_of, covers, mail_of, network_of, size_of
from cop.hotline.core.whois import WhoisAnswer, read_whois

ROWS = yaml.safe_load((PACKAGE.parent / "tests" / "specs" / "whois.yaml").read_text(encoding="utf-8"))
LINES = st.sampled_from(
    ["inetnum: 192.0.2.0 - 192.0.2.9", "country: CR", "abuse-c: A1", "nic-hdl: A1", "e-mail: a@b.example", "", "% remark", "refer: [::1]",
     "% Abuse contact for 'x' is 'a@b.example'", "netrange: 9 - 1", "cidr: 0.0.0.0/0, ::/0", "ReferralServer: whois://"]
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_each_registry_is_read(row):
    assert read_whois(row["text"].encode()) == WhoisAnswer(**{**row["gives"], "abuse": tuple(row["gives"]["abuse"])})


@given(
    st.binary(max_size=300)
    | st.lists(LINES | st.text(max_size=30), max_size=20).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))
)
def test_any_bytes_are_read_without_a_fault(raw):
    answer = read_whois(raw)
    assert answer.country == country_of(answer.country)
    assert all(mail_of(mail) == mail for mail in answer.abuse)


def test_the_form_of_the_routes_is_read_and_the_most_precise_comes_first():
    rows = ("64496 | 192.0.2.0/24 | CR | lacnic | 2009-01-02", '"64497 64498 | 192.0.2.128/25 | PA | lacnic |"')
    most, least = read_origin(rows, "192.0.2.200")
    assert (most.asns, most.network, most.country) == ((64497, 64498), "192.0.2.128/25", "PA")
    assert (least.asns, least.registry, least.given) == ((64496,), "lacnic", "2009-01-02")
    assert [one.country for one in read_origin(rows, "192.0.2.1")] == ["CR"]
    assert read_origin(rows, "198.51.100.1") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|",
        "x | 192.0.2.0/24 | CR",
        "64496 | 192.0.2.0/99 | CR",
        "64496 | 192.0.2.0 - 192.0.2.9 | CR",
        "0 | 192.0.2.0/24 | CR",
        "9" * 30 + "|192.0.2.0/24|CR",
    ],
)
def test_what_has_another_form_is_passed_by(text):
    assert read_origin((text,), "192.0.2.1") == ()


def test_a_country_that_is_none_is_unknown():
    assert read_origin(("64496 | 192.0.2.0/24 | EU | ripencc | ",), "192.0.2.1")[0].country == ""


@given(
    st.lists(st.text(max_size=60) | st.text(alphabet="0123456789 |./:CRAS", max_size=60)),
    st.text(max_size=10) | st.ip_addresses().map(str),
)
def test_any_texts_of_routes_are_read_without_a_fault(texts, ip):
    assert all(covers(one.network, ip) for one in read_origin(tuple(texts), ip))


def test_the_name_that_is_asked_for():
    assert origin_name(ipaddress.ip_address("192.0.2.1"), "origin.example.") == "1.2.0.192.origin.example"
    asked = origin_name(ipaddress.ip_address("2001:db8::1"), "origin6.example")
    assert asked.startswith("1.0.0.0.")
    assert asked.endswith(".8.b.d.0.1.0.0.2.origin6.example")
    assert len(asked.split(".")) == 34


@pytest.mark.parametrize(
    "text",
    ["", "abuse", "abuse@", "@host.example", "a b@host.example", "a@b@host.example", "a@localhost", "a@127.0.0.1", "a@[::1]", "a@host.example\nBcc: x",
     "a@host.example, b@host.example", "<a@host.example>", "x" * 65 + "@host.example", ".a@host.example", "a@2130706433", None, 7, ["a@host.example"], "unread@ripe.net"],
)  # fmt: skip
def test_what_is_no_mail_address_is_left_out(text):
    assert mail_of(text) == ""


def test_mail_addresses_have_their_hosts_in_one_spelling():
    assert mail_of(" mailto:Abuse+cr@HOST.Example. ") == "Abuse+cr@host.example"
    assert mail_of("abuse@bücher.example") == "abuse@xn--bcher-kva.example"


def test_networks_have_one_spelling_and_say_what_they_hold():
    assert network_of("192.0.2.0", "192.0.2.255") == "192.0.2.0/24"
    odd = network_of("192.0.2.0", "192.0.2.9")
    assert odd == "192.0.2.0 - 192.0.2.9" == block_of(odd)
    assert (size_of(odd), size_of("192.0.2.0/24"), size_of("")) == (10, 256, 0)
    assert covers(odd, "192.0.2.9")
    assert not covers(odd, "192.0.2.10")
    assert not covers(odd, "2001:db8::1")
    assert not covers("", "192.0.2.1")
    assert network_of("192.0.2.9", "192.0.2.0") == network_of("192.0.2.0", "2001:db8::1") == network_of(None, 3) == ""
