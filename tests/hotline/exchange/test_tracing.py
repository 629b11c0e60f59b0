"""A trace against real servers on loopback: names, routes, registers, WHOIS (TRACE-05 to TRACE-08, TRACE-10, TRACE-13 to TRACE-16)."""

import contextlib
import json
import socket
import threading
import time
from datetime import UTC, datetime

import dns.flags
import dns.message
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.cli.dev.loopback import Hoster, Loopback
from cop.hotline.core.addresses import read_address
from cop.hotline.core.trace import FAULTS, changed, kept, read_kept
from cop.hotline.exchange.outside import NoAnswer, Outside, Service, Until
from cop.hotline.exchange.rdap import ask_rdap
from cop.hotline.exchange.tracing import trace
from cop.hotline.exchange.whois import ask_whois
from tests.hotline.exchange.servers import saying, serving
from tests.hotline.exchange.test_probe import FORBIDDEN, SPELLED

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HERE = "127.0.0.1"


def traced(internet, text, **changes):
    return trace(read_address(text), outside=internet.outside(**changes), at=AT)


def faults(held):
    return [(one.source, one.says) for one in held.faults]


def test_who_hosts_an_address_with_source_and_moment(internet):
    """TRACE-05, TRACE-08: the abuse contact is nested within the holder's entity."""
    held = traced(internet, "https://pictures.example/a")
    assert (held.host, held.addresses, held.network, held.asn) == ("pictures.example", ("192.0.2.10",), "192.0.2.0/24", "64496")
    assert (held.country, held.holder, held.party) == ("CR", "Alder Hosting", "host")
    assert [(one.mail, one.source, one.at) for one in held.abuse] == [("abuse@alder.example", "rdap", AT)]
    assert held.registrar == "Names of Example"
    assert [one.mail for one in held.registrar_abuse] == ["abuse@names.example"]
    assert held.faults == ()
    assert {(one.source, one.at, one.ip) for one in held.findings} == {
        ("dns", AT, "192.0.2.10"), ("origin", AT, "192.0.2.10"), ("rdap", AT, "192.0.2.10"), ("rdap", AT, "")
    }  # fmt: skip
    assert read_kept(kept(held)) == held


def test_whois_is_asked_where_the_register_names_no_contact(internet):
    """TRACE-06"""
    held = traced(internet, "http://forum.example/")
    assert [(one.mail, one.source) for one in held.abuse] == [("abuse@birch.example", "whois"), ("noc@birch.example", "whois")]
    assert (held.country, held.faults) == ("NL", ())
    internet.hoster(Hoster("Birch Servers", "198.51.100.0/25", "NL", 64497, ("abuse@birch.example",), rdap=False))
    held = traced(internet, "http://forum.example/")
    assert [(one.mail, one.source) for one in held.abuse] == [("abuse@birch.example", "whois")]
    assert (held.country, faults(held)) == ("NL", [("rdap", "not_found")])


def test_countries_that_contradict_each_other_give_none(internet):
    """TRACE-08"""
    held = traced(internet, "http://clouds.example/")
    assert {(one.says, one.source) for one in held.findings if one.about == "country"} == {("PA", "rdap"), ("US", "origin")}
    assert (held.country, [one.mail for one in held.abuse]) == ("", ["abuse@cedar.example"])
    internet.name("clouds.example", "192.0.2.10", "198.51.100.10")  # two hosts in two countries
    assert traced(internet, "http://clouds.example/").country == ""


def test_who_only_stands_before_the_server_is_marked(internet):
    """TRACE-16"""
    held = traced(internet, "http://fronted.example/")
    assert held.party == "proxy"
    assert {one.party for one in held.abuse} == {"proxy"}
    assert traced(internet, "http://fronted.example/", fronts=frozenset()).party == "host"


def test_an_address_of_numbers_and_one_of_ipv6_are_traced(internet):
    held = traced(internet, "http://3221225994:8080/")
    assert (held.host, held.addresses, held.country, held.registrar) == ("192.0.2.10", ("192.0.2.10",), "CR", "")
    internet.hoster(Hoster("Elder Six", "2001:db8:aa::/48", "KE", 64500, ("abuse@elder.example",), rdap_abuse=False))
    internet.name("six.example", "2001:db8:aa::10")
    held = traced(internet, "http://six.example/")
    assert (held.addresses, held.asn, held.country) == (("2001:db8:aa::10",), "64500", "KE")
    assert [one.source for one in held.abuse] == ["whois"]
    assert faults(traced(internet, "http://six.example/", origin_six="")) == [("origin", "not_set_up")]


def test_every_address_is_named_and_one_that_was_not_asked_about_gives_no_country(internet):
    """TRACE-08"""
    internet.name("many.example", *(f"192.0.2.{n}" for n in range(1, 9)))
    assert traced(internet, "http://many.example/").country == "CR"
    internet.name("many.example", *(f"192.0.2.{n}" for n in range(1, 12)))
    held = traced(internet, "http://many.example/")
    assert (len(held.addresses), held.country) == (11, "")


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_nobody_is_asked_about_what_is_not_public(internet, ip):
    """TRACE-10"""
    internet.name("inside.example", ip)
    held = traced(internet, "http://inside.example/", allow_loopback=False)
    assert (held.addresses, held.country, faults(held)) == ((), "", [("dns", "refused_address")])
    assert internet.led() == ()


@pytest.mark.parametrize("host", SPELLED)
def test_nor_about_any_spelling_of_it(internet, host):
    """TRACE-10"""
    assert faults(traced(internet, f"http://{host}/", allow_loopback=False)) == [("dns", "refused_address")]
    assert internet.led() == internet.questions() == ()


def test_of_several_addresses_the_public_ones_are_asked_about_and_the_others_noted(internet):
    """TRACE-10"""
    internet.name("both.example", "10.0.0.1", "192.0.2.10")
    held = traced(internet, "http://both.example/")
    assert (held.addresses, held.country, faults(held)) == (("192.0.2.10",), "CR", [("dns", "refused_address")])


@pytest.mark.parametrize("text", ["http://abcdefghijklmnop.onion/", "@somebody", "chatapp: @somebody", "a group of the game"])
def test_hidden_services_and_accounts_are_not_traced(internet, text):
    """TRACE-15"""
    held = traced(internet, text)
    assert faults(held) == [("dns", "not_traceable")]
    assert (held.country, internet.questions(), internet.led()) == ("", (), ())


def test_a_name_that_is_gone_and_sources_that_are_not_set_up(internet):
    assert faults(traced(internet, "http://nowhere.example/")) == [("dns", "no_such_host")]
    assert faults(trace(read_address("http://pictures.example/"), outside=Outside(), at=AT)) == [("dns", "not_set_up")]
    bare = traced(internet, "http://pictures.example/", rdap="", whois=None, origin="")
    assert set(faults(bare)) == {("origin", "not_set_up"), ("rdap", "not_set_up"), ("whois", "not_set_up")}
    assert (bare.addresses, bare.country, bare.abuse) == (("192.0.2.10",), "", ())
    assert all(FAULTS.values())


def test_a_second_trace_says_what_changed(internet):
    """TRACE-09"""
    before = traced(internet, "http://pictures.example/")
    assert changed(before, traced(internet, "http://pictures.example/")) == ()
    internet.name("pictures.example", "198.51.100.10", "192.0.2.10")
    turned = traced(internet, "http://pictures.example/")
    internet.name("pictures.example", "192.0.2.10", "198.51.100.10")
    assert turned == traced(internet, "http://pictures.example/")  # servers turn the order of addresses as they like
    internet.name("pictures.example", "198.51.100.10")
    assert changed(before, traced(internet, "http://pictures.example/")) == ("address", "network", "asn", "country", "abuse")


def test_the_registrar_of_a_name_under_two_labels(internet):
    internet.name("www.name.co.example", "192.0.2.10")
    internet.register.register_domains({"name.co.example": "Names of the Islands"})
    assert traced(internet, "http://www.name.co.example/").registrar == "Names of the Islands"


def network(first="192.0.2.0", last="192.0.2.255", **more):
    held = {"objectClassName": "ip network", "startAddress": first, "endAddress": last, "country": "CR", **more}
    return json.dumps(held).encode()


def http(body, status=200, head=b""):
    return b"HTTP/1.1 %d Said\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, len(body), body)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (http(network("198.51.100.0", "198.51.100.255")), "other_network"),
        (http(network(endAddress="x")), "unusable"),
        (http(b'{"objectClassName": "domain"}'), "unusable"),
        (http(b"<html>"), "unusable"),
        (http(b"", 404), "not_found"),
        (http(b"", 429), "no_answer"),
        (http(b"", 500), "no_answer"),
        (http(b"", 302), "no_answer"),
        (b"", "unusable"),
        (b"nonsense\r\n", "unusable"),
        (b"HTTP/1.1 200 Said\r\n" + b"X: y\r\n" * 500 + b"\r\n", "unusable"),
        (b"HTTP/1.1 200 Said\r\nX: " + b"y" * 100_000, "unusable"),
        (b"HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", "unusable"),
        (http(b" " * 2_000_000), "unusable"),
        (http(b"[" * 100_000), "unusable"),
    ],
)
def test_what_a_register_throws_at_a_trace(internet, words, says):
    """TRACE-13"""
    with serving(saying(words)) as bad:
        held = traced(internet, "http://pictures.example/", rdap=f"http://{HERE}:{bad.port}", whois=None)
    assert ("rdap", says) in faults(held)
    assert (held.abuse, held.country) == ((), "CR")  # the routes know it


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_of_a_register_break_a_trace(internet, raw, framed):
    """TRACE-13"""
    with serving(saying(http(raw) if framed else raw)) as bad:
        held = traced(
            internet, "http://pictures.example/", rdap=f"http://{HERE}:{bad.port}", whois=Service(HERE, bad.port), patience=1.0
        )
    assert held.addresses == ("192.0.2.10",)


def test_a_slow_register_takes_no_longer_than_the_patience(internet):
    """TRACE-13"""

    def drip(bad, line):
        for _ in range(50):
            bad.give(line, b"H")
            time.sleep(0.05)

    with serving(drip) as bad:
        for ask, given in ((ask_rdap, ("ip", "192.0.2.10")), (ask_whois, ("192.0.2.10",))):
            outside = internet.outside(rdap=f"http://{HERE}:{bad.port}", whois=Service(HERE, bad.port))
            began = time.monotonic()
            with pytest.raises(NoAnswer, match="no_answer"):
                ask(*given, outside=outside, until=Until(0.4))
            assert time.monotonic() - began < 1


def onward(target):
    return http(b"", 302, b"Location: " + target.encode() + b"\r\n")


def test_a_redirector_leads_to_the_register_that_knows(internet):
    """TRACE-14: over its address, resolved once."""
    internet.name("rdap.registry.example", HERE)
    target = f"http://rdap.registry.example:{internet.port('rdap')}/ip/192.0.2.10"
    with serving(saying(onward(target))) as bad:
        held = traced(internet, "http://192.0.2.10/", rdap=f"http://{HERE}:{bad.port}")
    assert [(one.mail, one.source) for one in held.abuse] == [("abuse@alder.example", "rdap")]
    assert internet.questions().count("A rdap.registry.example") == 1


@pytest.mark.parametrize(
    ("target", "says"),
    [("http://10.0.0.1/", "refused_address"), ("http://[fd00::1]/", "refused_address"), ("https:///", "no_such_host"), ("http://inside.example/", "refused_address"), ("https://169.254.169.254/", "refused_address"),
     ("http://nowhere.example/", "no_such_host"), ("file:///etc/passwd", "unusable"), ("http://[::1/", "unusable"), ("/again", "no_answer"),
     ("http://pictures.example:99999/", "unusable"), ("gopher://pictures.example/", "unusable")],
)  # fmt: skip
def test_a_redirector_leads_to_nothing_else(internet, target, says):
    """TRACE-10: three times at most."""
    internet.name("inside.example", "192.168.0.1")
    with serving(saying(onward(target))) as bad:
        outside = internet.outside(rdap=f"http://{HERE}:{bad.port}")
        with pytest.raises(NoAnswer, match=says):
            ask_rdap("ip", "192.0.2.10", outside=outside, until=Until(3))
    assert len(bad.asked) == (4 if target == "/again" else 1)


def test_registers_are_asked_over_tls_where_the_centre_is_no_demonstration(internet):
    with pytest.raises(NoAnswer, match="unusable"):
        ask_rdap("ip", "192.0.2.10", outside=internet.outside(allow_loopback=False), until=Until(1))
    with pytest.raises(NoAnswer, match="not_found"):  # it proves who it is, and is no register
        ask_rdap("ip", "192.0.2.10", outside=internet.outside(rdap=f"https://{HERE}:{internet.port('secure')}/"), until=Until(2))
    with pytest.raises(NoAnswer, match="no_certificate"):
        ask_rdap(
            "ip", "x", outside=internet.outside(rdap=f"https://{HERE}:{internet.port('secure')}/", authorities=""), until=Until(2)
        )


def test_whois_refers_on_to_public_addresses_only(internet):
    """TRACE-10"""
    internet.name("inside.example", "10.0.0.1")
    with serving(saying(b"refer: inside.example\ninetnum: 192.0.0.0 - 192.255.255.255\n")) as bad:
        answer = ask_whois("192.0.2.10", outside=internet.outside(whois=Service(HERE, bad.port)), until=Until(2))
    assert (answer.network, answer.abuse, len(bad.asked)) == ("192.0.0.0/8", (), 1)
    assert bad.asked == [b"192.0.2.10\r\n"]
    internet.name("loop.example", HERE)
    with serving(saying(b"refer: loop.example\ninetnum: 192.0.0.0 - 192.255.255.255\n")) as bad:
        ask_whois("192.0.2.10", outside=internet.outside(whois=Service(HERE, bad.port)), until=Until(2))
    assert len(bad.asked) == 3


def test_endless_words_of_whois_end(internet):
    """TRACE-13"""

    def pour(bad, line):
        while True:
            bad.give(line, b"% remark\n" * 1000)

    with serving(pour) as bad, pytest.raises(NoAnswer, match="unusable"):
        ask_whois("192.0.2.10", outside=internet.outside(whois=Service(HERE, bad.port)), until=Until(5))


def test_where_one_resolver_is_silent_the_next_one_is_asked(internet):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HERE, 0))
        resolvers = (Service(HERE, silent.getsockname()[1]), Service(HERE, internet.port("dns")))
        assert traced(internet, "http://192.0.2.10/", resolvers=resolvers, patience=7.0).country == "CR"


def test_an_answer_that_is_too_long_for_one_packet_comes_by_tcp(internet):
    internet.name("many.example", *(f"192.0.2.{n}" for n in range(1, 120)))
    assert len(traced(internet, "http://many.example/").addresses) == 16
    assert internet.questions().count("A many.example") == 2


def test_a_resolver_that_cuts_its_answer_and_hangs_up_is_as_good_as_silent(internet):
    """TRACE-13"""
    with serving(saying(b"")) as bad, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((HERE, bad.port))
        over = threading.Event()

        def cut():
            line.settimeout(0.05)
            while not over.is_set():
                with contextlib.suppress(OSError):
                    packet, place = line.recvfrom(4096)
                    answer = dns.message.make_response(dns.message.from_wire(packet))
                    answer.flags |= dns.flags.TC
                    line.sendto(answer.to_wire(), place)

        thread = threading.Thread(target=cut)
        thread.start()
        held = traced(internet, "http://pictures.example/", resolvers=(Service(HERE, bad.port),), patience=1.0)
        over.set()
        thread.join()
    assert faults(held) == [("dns", "no_answer")]


def test_a_loopback_internet_can_be_started_again():
    first = Loopback().start()
    port = first.port("dns")
    first.stop()
    with Loopback() as second:
        assert second.port("dns")
        assert set(second.environment()) >= {"COP_TRACE_RESOLVERS", "COP_TRACE_RDAP"}
    assert port
