"""Who assesses: without a legal basis for it, reports are passed on and nothing else (S-01)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.portal import PortalRules, read_portal

PARTNER = {"partner": "Partner Hotline", "contact": "desk@partner.example"}


@pytest.mark.parametrize(
    ("table", "allows", "assesses", "reveals"),
    [
        (None, ["assess", "reveal"], True, True), (None, ["assess"], True, False), ({"mode": "hotline"}, ["assess"], True, False),
        (PARTNER, [], False, False), (PARTNER | {"mode": "portal"}, ["assess", "reveal"], False, False),
        (PARTNER | {"mode": "police"}, [], False, False),
    ],
)  # fmt: skip
def test_what_is_done_here_follows_from_mode_and_basis(table, allows, assesses, reveals):
    """PORTAL-01, S-01."""
    faults = []
    held = read_portal(table, allows, faults)
    assert not faults
    assert (held.assesses, held.reveals) == (assesses, reveals)


@pytest.mark.parametrize(
    ("table", "allows", "word"),
    [
        (None, None, "basis.allows"), (None, ["kill"], "basis.allows"), (None, "assess", "basis.allows"), (None, [], "portal or police"),
        ({"mode": "portal"}, [], "portal.partner"), ({"mode": "other"}, ["assess"], "portal.mode"), (5, ["assess"], "a table"),
        (PARTNER | {"mode": "hotline"}, [], "portal or police"), (PARTNER, ["reveal"], "reveal without assess"),
        (PARTNER | {"x": 1}, [], "portal.x"), (PARTNER | {"partner": "x" * 301}, [], "portal.partner"),
    ],
)  # fmt: skip
def test_what_lacks_is_named(table, allows, word):
    """PORTAL-01."""
    faults = []
    assert read_portal(table, allows, faults) == PortalRules()
    assert any(word in fault for fault in faults)


@given(
    st.recursive(st.none() | st.booleans() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)), st.lists(st.text())
)
def test_whatever_is_read_never_assesses_without_a_basis(table, allows):
    """S-01."""
    assert not read_portal(table, [*allows], []).assesses or "assess" in allows
