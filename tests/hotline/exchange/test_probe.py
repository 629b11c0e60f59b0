"""A probe asks HEAD of the address that was checked and reads one line (S-06): TRACE-10 to TRACE-14."""

import socket
import ssl
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.cli.dev.loopback_web import Authority
from cop.hotline.core.addresses import Address, read_address
from cop.hotline.core.probing import SAYS, STATUSES, judged, web_port
from cop.hotline.exchange.outside import NoAnswer, Outside, Service, Until, status_of
from cop.hotline.exchange.probe import _words, probe
from tests.hotline.exchange.servers import saying, serving

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HERE = "127.0.0.1"
FORBIDDEN = [
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.1.1", "192.0.0.192", "168.63.129.16",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1",
]  # fmt: skip
SPELLED = [
    "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "%31%32%37.0.0.1", "①②⑦.0.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "169.254.169.254", "0xa9fea9fe", "2852039166", "[fd00:ec2::254]",
]  # fmt: skip


def look(internet, text, **changes):
    return probe(read_address(text), outside=internet.outside(**changes), at=AT)


def direct(internet, bad, host="bad.example", patience=2.0, scheme="http"):
    """A look at a bad server without the proxy."""
    internet.name(host, HERE)
    return look(internet, f"{scheme}://{host}:{bad.port}/page", proxy=None, patience=patience)


@pytest.mark.parametrize("seen", [404, 410, 451])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_a_server_says_is_not_there_looks_gone(internet, scheme, seen):
    """TRACE-12"""
    internet.take_down("pictures.example", "/a?b=c", seen)
    found = look(internet, f"{scheme}://pictures.example/a?b=c#part")
    assert (found.status, found.seen, found.when, found.says) == ("looks_gone", seen, AT, "not_there")
    assert internet.asked() == ("HEAD pictures.example /a?b=c",)


@pytest.mark.parametrize("seen", [200, 204, 206, 301, 302, 303, 307, 308, 400, 401, 403, 405, 429, 500, 503])
def test_any_other_number_proves_nothing(internet, seen):
    """TRACE-12: 200, too."""
    internet.take_down("pictures.example", "/", seen)
    found = look(internet, "http://pictures.example/")
    assert (found.status, found.seen) == ("unsure", seen)
    assert found.says == ("redirect" if 300 <= seen < 400 else "answered")


@given(st.integers(min_value=100, max_value=999))
def test_a_number_never_says_that_something_is_there(seen):
    """TRACE-12"""
    assert (judged(seen, AT).status == "looks_gone") is (seen in (404, 410, 451))
    assert judged(seen, AT).status != "there"


def test_a_redirect_is_not_followed(internet):
    """TRACE-11"""
    internet.name("elsewhere.example", "192.0.2.11")
    internet.take_down("pictures.example", "/", 302)
    look(internet, "http://pictures.example/")
    assert internet.asked() == ("HEAD pictures.example /",)
    assert internet.questions() == ("A pictures.example", "AAAA pictures.example")


def test_a_name_that_leads_nowhere_looks_gone_and_silence_does_not(internet):
    """TRACE-12"""
    assert look(internet, "http://nowhere.example/").says == "no_such_host"
    assert look(internet, "http://nowhere.example/").status == "looks_gone"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HERE, 0))
        found = look(internet, "http://pictures.example/", resolvers=(Service(HERE, silent.getsockname()[1]),), patience=0.4)
    assert (found.status, found.says) == ("unsure", "no_answer")
    with socket.create_server((HERE, 0)) as closed:
        port = closed.getsockname()[1]
    internet.name("closed.example", HERE)
    assert look(internet, f"http://closed.example:{port}/", proxy=None).says == "no_answer"


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_a_name_that_leads_to_what_is_not_public_is_refused(internet, ip):
    """TRACE-10"""
    internet.name("inside.example", ip)
    found = look(internet, "http://inside.example/", allow_loopback=False)
    assert (found.status, found.says, found.seen) == ("unsure", "refused_address", 0)
    assert internet.led() == internet.asked() == ()


@pytest.mark.parametrize("host", SPELLED)
def test_what_is_not_public_is_refused_in_every_spelling(internet, host):
    """TRACE-10"""
    found = look(internet, f"http://{host}/latest/meta-data/", allow_loopback=False)
    assert (found.status, found.says) == ("unsure", "refused_address")
    assert internet.led() == internet.asked() == internet.questions() == ()


@pytest.mark.parametrize("ip", ["10.1.2.3", "169.254.169.254", "192.168.1.1", "fd00:ec2::254", "::ffff:127.0.0.1"])
def test_a_demonstration_reaches_its_own_addresses_and_no_other(internet, ip):
    """TRACE-10"""
    internet.name("inside.example", ip)
    assert look(internet, "http://inside.example/").says == "refused_address"


def test_of_several_addresses_only_public_ones_are_called(internet):
    """TRACE-10"""
    internet.name("both.example", "10.0.0.1", "192.0.2.10")
    assert look(internet, "http://both.example/").seen == 200
    assert internet.led() == ("192.0.2.10:80",)


def test_the_address_that_was_checked_is_called_whatever_the_name_says_next(internet):
    """TRACE-11: rebinding."""
    internet.name("slippery.example", "192.0.2.10")
    internet.register.rebind("slippery.example", ("192.0.2.10",), ("127.0.0.1",))
    assert look(internet, "http://slippery.example/").seen == 200
    assert internet.led() == ("192.0.2.10:80",)
    assert internet.questions().count("A slippery.example") == 1
    assert look(internet, "http://slippery.example/", allow_loopback=False).says == "refused_address"


def test_calls_go_through_the_proxy_to_a_network_address(internet):
    """TRACE-14"""
    look(internet, "https://pictures.example/")
    assert internet.led() == ("192.0.2.10:443",)
    assert look(internet, "http://pictures.example:8081/").says == "no_answer"  # the proxy leads to no such port
    with socket.create_server((HERE, 0)) as closed:
        port = closed.getsockname()[1]
    assert look(internet, "http://pictures.example/", proxy=Service(HERE, port)).says == "no_answer"


def test_a_body_that_is_sent_unasked_stays_at_the_server(internet):
    """TRACE-11"""

    def pour(bad, line):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        bad.give(line, b"HTTP/1.1 200 Fine\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            bad.give(line, b"x" * 1024)

    with serving(pour) as bad:
        assert direct(internet, bad).seen == 200
    assert bad.asked[0].startswith(b"HEAD /page HTTP/1.1\r\nHost: bad.example:")
    assert bad.asked[0].endswith(b"\r\n\r\n")
    assert bad.given < 1_000_000


def test_not_one_sign_after_the_first_line_is_read():
    """TRACE-11"""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Gone\r\nX: y\r\n\r\nbody")
        assert status_of(ours, Until(1)) == 404
        assert ours.recv(100) == b"X: y\r\n\r\nbody"


@pytest.mark.parametrize(
    ("words", "says", "seen"),
    [
        (b"HTTP/1.1 404 Gone\r\n" + b"X: " + b"y" * 5_000_000, "not_there", 404),
        (b"HTTP/1.1 404 " + b"y" * 1_000_000, "unusable", 0),
        (b"HTTP/1.1 103 Hints\r\n\r\n" * 5000, "unusable", 0),
        (b"", "unusable", 0),
        (b"HTTP/1.1 404", "unusable", 0),
        (b"SSH-2.0-server\r\n", "unusable", 0),
        (b"HTTP/1.1 abc Gone\r\n", "unusable", 0),
        (b"HTTP/1.1 \xb2\xb2\xb2 Gone\r\n", "unusable", 0),
        (b"HTTP/2 404 Gone\r\n", "unusable", 0),
        (b"HTTP/1.0 410\r\n", "not_there", 410),
    ],
    ids=[
        "giant header",
        "giant line",
        "hints",
        "nothing",
        "half a line",
        "another service",
        "no number",
        "odd digits",
        "another version",
        "old version",
    ],
)
def test_what_servers_throw_at_a_probe(internet, words, says, seen):
    """TRACE-13"""
    with serving(saying(words)) as bad:
        found = direct(internet, bad)
    assert (found.says, found.seen) == (says, seen)


def test_a_slow_server_takes_no_longer_than_the_patience(internet):
    """TRACE-13: for the whole answer, not for each sign of it."""

    def drip(bad, line):
        for sign in b"HTTP/1.1 404 Gone and gone and gone\r\n":
            bad.give(line, bytes([sign]))
            time.sleep(0.1)

    with serving(drip) as bad:
        began = time.monotonic()
        found = direct(internet, bad, patience=0.5)
        assert time.monotonic() - began < 1.5
    assert (found.status, found.says) == ("unsure", "no_answer")


def test_a_server_that_says_nothing_takes_no_longer_either(internet):
    """TRACE-13: also before TLS."""
    with serving(lambda bad, line: time.sleep(1.2), listen=False) as bad:
        began = time.monotonic()
        assert direct(internet, bad, patience=0.4).says == "no_answer"
        assert direct(internet, bad, patience=0.4, scheme="https").says == "no_answer"
        assert time.monotonic() - began < 2


def test_the_server_proves_with_its_name_and_gets_it(internet, tmp_path):
    """TRACE-11: the name goes with TLS and in Host, the connection to the address."""
    authority = Authority(tmp_path)
    authority.certify("bad.example")
    context = authority.context()
    named = []
    context.sni_callback = lambda line, name, context: named.append(name)

    def behave(bad, line):
        with context.wrap_socket(line, server_side=True) as secure:
            bad.asked.append(secure.recv(65536))
            secure.sendall(b"HTTP/1.1 410 Gone\r\n\r\n")

    with serving(behave, listen=False) as bad:
        internet.name("bad.example", HERE)
        internet.name("other.example", HERE)
        given = {"proxy": None, "authorities": str(authority.file)}
        assert look(internet, f"https://bad.example:{bad.port}/", **given).seen == 410
        assert look(internet, f"https://other.example:{bad.port}/", **given).says == "no_certificate"
        assert look(internet, f"https://bad.example:{bad.port}/", proxy=None, authorities="").says == "no_certificate"
    assert named[0] == "bad.example"
    assert f"Host: bad.example:{bad.port}\r\n".encode() in bad.asked[0]


def test_a_server_without_tls_proves_nothing(internet):
    with serving(saying(b"HTTP/1.1 404 Gone\r\n\r\n")) as bad:
        assert direct(internet, bad, scheme="https").says == "no_answer"


@pytest.mark.parametrize(
    "text", ["http://abcdefghijklmnop.onion/", "@somebody", "chatapp: @somebody", "ftp://files.example/", "a group of the game"]
)
def test_hidden_services_and_accounts_are_never_called(internet, text):
    """TRACE-15"""
    assert look(internet, text).says == "not_traceable"
    assert internet.questions() == internet.led() == ()


@pytest.mark.parametrize("port", [22, 25, 53, 110, 143, 445, 587, 993, 1023, 5060, 6000, 6667, 0, 65536])
def test_ports_of_other_services_are_not_called(internet, port):
    """TRACE-10"""
    assert not web_port(port)
    assert (
        probe(Address("web", "http://pictures.example/", "pictures.example", port, "http"), outside=internet.outside(), at=AT).says
        == "refused_port"
    )
    assert internet.led() == ()


def test_without_resolvers_nothing_is_called():
    assert probe(read_address("http://pictures.example/"), outside=Outside(), at=AT).says == "not_set_up"


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text(alphabet="\r\n %0dAa:/?#\\\x00é", max_size=40))
def test_no_address_adds_a_line_to_the_request(rest):
    """TRACE-13"""
    address = read_address(f"http://name.example/{rest}")
    if address.kind != "web":
        return
    try:
        words = _words(address)
    except NoAnswer:
        return
    lines = words.split(b"\r\n")
    assert len(lines) == 7
    assert words.count(b"\n") == words.count(b"\r") == 6
    assert lines[0].count(b" ") == 2


def test_every_code_has_words():
    assert all([*SAYS.values(), *STATUSES.values()])


def test_a_target_that_no_server_takes_is_not_sent(internet):
    assert look(internet, "http://pictures.example/" + "a" * 9000).says == "unusable"
    assert ssl.HAS_SNI
