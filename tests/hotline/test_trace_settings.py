"""The settings of the way to the outside, and that each rule of it has a test."""

import re

import pytest

from cop.cli.dev.loopback import Loopback
from cop.config.env import BadSetting
from cop.config.outside import outside
from cop.ground.core.door import PACKAGE
from cop.hotline.exchange.outside import Outside, Service


@pytest.fixture
def environment(monkeypatch):
    def put(**held):
        for name, value in held.items():
            monkeypatch.setenv(name, value)

    return put


def test_each_rule_of_traces_is_cited_by_a_test():
    rules = set(re.findall(r"\*\*(TRACE-\d\d)\*\*", (PACKAGE.parent / "docs" / "hotline.md").read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE.parent / "tests" / "hotline").rglob("*.py"))
    assert len(rules) == 16
    assert set(re.findall(r"TRACE-\d\d", tests)) == rules


def test_without_settings_nothing_is_asked():
    assert outside(demo=False) == Outside()


def test_what_is_set_is_read(environment, tmp_path):
    environment(
        COP_TRACE_RESOLVERS="192.0.2.53, [2001:db8::53]:5353, 2001:db8::54, 192.0.2.54:54", COP_TRACE_RDAP="https://rdap.registry.example/base/",
        COP_TRACE_WHOIS="whois.registry.example", COP_TRACE_ORIGIN="origin.routes.example,origin6.routes.example.", COP_TRACE_PROXY="proxy.example:3128",
        COP_TRACE_FRONTS="64499, AS64500", COP_TRACE_AUTHORITIES=__file__, COP_TRACE_PATIENCE="20",
    )  # fmt: skip
    held = outside(demo=False)
    assert held.resolvers == (
        Service("192.0.2.53", 53),
        Service("2001:db8::53", 5353),
        Service("2001:db8::54", 53),
        Service("192.0.2.54", 54),
    )
    assert (held.rdap, held.whois) == ("https://rdap.registry.example/base", Service("whois.registry.example", 43))
    assert (held.origin, held.origin_six) == ("origin.routes.example", "origin6.routes.example")
    assert (held.proxy, held.fronts) == (Service("proxy.example", 3128), frozenset({64499, 64500}))
    assert (held.authorities, held.patience, held.allow_loopback) == (__file__, 20.0, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COP_TRACE_RESOLVERS", "resolver.example"), ("COP_TRACE_RESOLVERS", "192.0.2.53:0"), ("COP_TRACE_RESOLVERS", "192.0.2.53:x"),
        ("COP_TRACE_RDAP", "http://rdap.registry.example"), ("COP_TRACE_RDAP", "rdap.registry.example"), ("COP_TRACE_RDAP", "https://"),
        ("COP_TRACE_RDAP", "https://me@rdap.example"), ("COP_TRACE_RDAP", "https://rdap.example/?x"), ("COP_TRACE_RDAP", "https://rdap.example:99999"),
        ("COP_TRACE_RDAP", "https://[::1"), ("COP_TRACE_WHOIS", "a b"), ("COP_TRACE_WHOIS", "whois.example:99999"), ("COP_TRACE_PROXY", "proxy.example"),
        ("COP_TRACE_PROXY", "[::1]"), ("COP_TRACE_ORIGIN", "a.example,b.example,c.example"), ("COP_TRACE_ORIGIN", "origin"),
        ("COP_TRACE_FRONTS", "x"), ("COP_TRACE_FRONTS", "0"), ("COP_TRACE_AUTHORITIES", "/nowhere.pem"), ("COP_TRACE_PATIENCE", "0"),
        ("COP_TRACE_PATIENCE", "121"), ("COP_TRACE_PATIENCE", "soon"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_stops_the_start_and_is_named(environment, name, value):
    environment(**{name: value})
    with pytest.raises(BadSetting, match=name):
        outside(demo=False)


def test_a_demonstration_reads_the_settings_of_a_loopback_internet(environment):
    """TRACE-10: loopback is open in a demonstration only."""
    with Loopback() as internet:
        environment(**internet.environment())
        assert outside(demo=True) == internet.outside(patience=10.0)
        with pytest.raises(BadSetting, match="COP_TRACE_RDAP"):
            outside(demo=False)
