"""Addresses are read into one spelling, never clickable, and masked until somebody reveals them (TRACE-01)."""

import ipaddress
import re
import time

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cop.ground.core.door import PACKAGE
from cop.hotline.core.addresses import Address, blind, defanged, mask_in, masked, read_address
from cop.hotline.core.hosts import host_ip, is_own_ip, is_public_ip, read_host

ROWS = yaml.safe_load((PACKAGE.parent / "tests" / "specs" / "addresses.yaml").read_text(encoding="utf-8"))
KEY = b"k" * 32
DOTTED = re.compile(r"\w[.．｡。․]\w")
LABEL = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
PATH = st.lists(st.from_regex(r"[a-zA-Z0-9_~-]{1,8}", fullmatch=True), max_size=3).map(lambda parts: "/" + "/".join(parts))
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
SIGNS = st.text(max_size=60) | st.text(alphabet="htps:/\\.[]()@x dot1#?%é。", max_size=40)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_what_somebody_writes_is_told_apart_spelled_once_and_shown_defanged(row):
    one = read_address(row["text"])
    assert (one.kind, one.canonical, one.host) == (row["kind"], row["canonical"], row["host"])
    assert (defanged(one), defanged(one.canonical)) == (row["shown"], row["shown"])
    assert masked(row["text"]) == row["masked"]


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b", "\x00", '"'])
def test_an_empty_address_is_refused(nothing):
    with pytest.raises(ValueError, match="at least one sign"):
        read_address(nothing)
    assert masked(nothing) == ""


@given(SIGNS)
@example("hthttp:tp://a.b")
@example("[[.].]")
@example("http://example\u3002example")
def test_no_text_breaks_it_and_reading_twice_is_as_once(text):
    try:
        one = read_address(text)
    except ValueError as error:
        assert "at least one sign" in str(error)  # noqa: PT017 what else it raises is a fault
        return
    assert one.kind in ("web", "onion", "handle", "other")
    assert read_address(one.canonical) == one
    assert 0 <= one.port < 65536


@given(SIGNS | st.builds("{}://{}{}".format, st.sampled_from(["http", "HTTPS", "ftp", "tg", "hxxp"]), HOST, PATH))
@example("HTTP\u200b://name.example")
@example("http :// name.example")
def test_what_is_shown_is_never_clickable(text):
    """TRACE-02"""
    for shown in (defanged(text), masked(text)) + ((defanged(read_address(text)),) if masked(text) else ()):
        assert not re.search(r"https?\s*:", shown, re.IGNORECASE)
        assert not DOTTED.search(shown)
        assert not re.search(r"(?<!hxxp)(?<!hxxps)://", shown, re.IGNORECASE)
        assert defanged(shown) == shown


@given(HOST, PATH, st.sampled_from(["http", "https"]), st.data())
def test_equivalent_spellings_have_one_blind_name(host, path, scheme, data):
    port = {"http": ":80", "https": ":443"}[scheme]
    spelled = "".join(sign.upper() if data.draw(st.booleans()) else sign for sign in host)
    other = (
        f"{scheme.upper()}://{spelled}{data.draw(st.sampled_from(['', '.']))}{data.draw(st.sampled_from(['', port]))}{path}#part"
    )
    plain = f"{scheme}://{host}{path}"
    assert blind(KEY, read_address(other).canonical) == blind(KEY, read_address(plain).canonical)
    assert blind(KEY, read_address(defanged(plain)).canonical) == blind(KEY, read_address(plain).canonical)
    assert blind(KEY, read_address(plain + "/else").canonical) != blind(KEY, read_address(plain).canonical)
    assert blind(b"z" * 32, read_address(plain).canonical) != blind(KEY, read_address(plain).canonical)


def test_a_blind_name_is_64_hexadecimal_signs():
    assert re.fullmatch(r"[0-9a-f]{64}", blind(KEY, "https://name.example/"))


@given(HOST, PATH, st.sampled_from(["http://{}{}", "hxxps://{}{}", "{}{}", "see {}{}, twice {}{}", "({}{})", "网址是{}{}。谢谢"]))
def test_no_address_within_words_is_left_unmasked(host, path, pattern):
    """TRACE-03"""
    note = "I saw it. " + pattern.format(host, path, host, path) + " Please look."
    done = mask_in(note)
    assert host not in done
    assert done.startswith("I saw it. ")
    assert done.endswith("Please look.")
    assert mask_in(done) == done
    assert host.replace(".", "[.]") not in mask_in(note.replace(".", "[.]"))


@given(st.text(max_size=200))
def test_masking_words_never_breaks_and_twice_is_as_once(note):
    assert mask_in(mask_in(note)) == mask_in(note)


@pytest.mark.parametrize(
    "words",
    [
        "On 3.5 of May, at 10.30.",
        "他说了。我看见了。",
        "Я видел это. Помогите.",
        "e.g. a game, U.S. server",
        "شاهدت هذا. ساعدوني",
        "a: b // c",
    ],
)
def test_words_stay_as_they_are(words):
    assert mask_in(words) == words


@pytest.mark.parametrize(
    "text",
    [
        "somebody@firm.example",
        "@some_name",
        "127.0.0.1:80/x",
        "0x7f.0.0.1",
        "http://[::1]/x",
        "a" * 56,
        "магазин.example",
        "magnet:?xt=urn:x",
        "name dot",
        "1.2.3.4.a.example",
        "1.2.3.4",
        "a@b+c@d",
    ],
)
def test_every_dress_of_an_address_is_masked(text):
    note = f"I saw {text} there"
    assert (text in mask_in(note)) is (text == "name dot")


def test_words_that_are_made_to_take_long_do_not():
    """TRACE-03: notes have at most 5,000 signs."""
    began = time.monotonic()
    for signs in ("1.", "a.", "@", "a-", "a@a-", "a [dot] ", "[a:", "http:", "0x1.", "a[.]", "é.", "a@b+", "1.1.1.1.", "(.)"):
        mask_in((signs * 5000)[:5000])
        mask_in((signs * 5000)[:4999] + "1")
    assert time.monotonic() - began < 5


PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "172.32.0.1", "100.128.0.1"]
CLOSED = [
    str(ipaddress.IPv4Address(0)), "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "100.100.100.200", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::",
    "2002:a00:1::1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "::127.0.0.1", "100::1", "fec0::1", "5f00::1",
    "", "name.example", "999.1.1.1", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_network_addresses(ip):
    assert is_public_ip(ip)
    assert not is_own_ip(ip)


@pytest.mark.parametrize("ip", CLOSED)
def test_what_is_not_public_is_refused_in_every_dress(ip):
    """TRACE-04"""
    assert not is_public_ip(ip)


SPELLINGS = [
    "127.0.0.1", "2130706433", "0x7f000001", "0X7F.0.0.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "0x7f.1", "127.0.0.1.",
    "%31%32%37.0.0.1", "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "00000000177.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_every_spelling_of_a_network_address_is_read_as_one(host):
    """TRACE-04"""
    assert read_host(host) == "127.0.0.1"
    assert not is_public_ip(host_ip(host))
    assert read_address(f"http://{host}/").canonical == "http://127.0.0.1/"


@pytest.mark.parametrize(
    "host",
    ["1.2.3.4.5", "256.1.1.1", "1.2.3.08", "0x7g.1", "4294967296", "name.1", "a b", "", ".", "a..b", "[::1", "[1.2.3.4]", "x" * 64],
)
def test_what_is_no_host_is_told(host):
    assert read_host(host) == ""


@given(st.text(max_size=80))
def test_any_host_is_read_once_and_for_all(text):
    host = read_host(text)
    assert host.isascii()
    assert host == host.lower()
    assert read_host(host) == host


@given(st.ip_addresses())
def test_only_what_is_global_is_public(ip):
    """TRACE-04: never wider than the standard library's own table, which leaves clouds' services out."""
    mapped = getattr(ip, "ipv4_mapped", None)
    assert not is_public_ip(ip) or (mapped or ip).is_global or str(ip).startswith("64:ff9b::")
    assert is_public_ip(str(ip)) == is_public_ip(ip)


def test_ipv6_has_one_spelling_with_or_without_brackets():
    assert read_host("2001:DB8::0:1") == read_host("[2001:db8::1]") == "[2001:db8::1]"
    assert str(host_ip("2001:db8::1")) == "2001:db8::1"
    assert str(host_ip("[fe80::1%eth0]")) == "fe80::1"
    assert read_host("::ffff:1:2:3:4:5:6:7:8") == ""


def test_what_can_be_traced():
    assert read_address("http://name.example/").traceable
    assert read_address("ftp://name.example/").traceable
    assert not read_address("http://abc.onion/").traceable
    assert not read_address("@somebody").traceable
    assert not read_address("somewhere").traceable
    assert read_address("http://name.example/a?b=c#d").target == "/a?b=c"
    assert read_address("@somebody").target == ""
    assert Address("web", "https://name.example/", "name.example", 443, "https").target == "/"
