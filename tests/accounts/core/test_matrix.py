"""The permission matrix, cell by cell; scopes; clearance of sensitive roles (S-27)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cop.accounts.core.clearance import Clearance, Requirement, lacking
from cop.accounts.core.matrix import Held, matrix, read_matrix
from cop.accounts.core.scopes import above, covers, is_scope
from cop.accounts.core.terms import end_of, last_day, wrong_term
from cop.ground.core.door import UnknownCode

SPEC = yaml.safe_load((Path(__file__).parents[2] / "specs" / "permissions.yaml").read_text(encoding="utf-8"))
CELLS = [
    (role, permission, cell == "x")
    for permission, row in SPEC["cells"].items()
    for role, cell in zip(SPEC["roles"], row.split(), strict=True)
]
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLEARED = tuple(Clearance(item, date(2026, 1, 1), date(2027, 1, 1)) for item in Requirement)


def test_the_specification_names_every_role_and_permission():
    assert [role.code for role in matrix().roles] == SPEC["roles"]
    assert [permission.code for permission in matrix().permissions] == list(SPEC["cells"])
    assert [role.code for role in matrix().roles if role.sensitive] == SPEC["sensitive"]


@pytest.mark.parametrize(("role", "permission", "may"), CELLS)
def test_each_cell_is_as_specified(role, permission, may):
    counting = matrix().counting([Held(role, "round/1", AT)], CLEARED, AT)
    assert matrix().allows(counting, permission, "round/1/CRI") is may


def test_a_role_holds_in_its_scope_and_below_but_not_beside_or_above():
    counting = matrix().counting([Held("focal_point", "round/1", AT)], (), AT)
    holds = {
        scope: matrix().allows(counting, "answers.edit", scope)
        for scope in ("", "round", "round/1", "round/1/CRI/law", "round/10", "round/10/CRI")
    }
    assert holds == {"": False, "round": False, "round/1": True, "round/1/CRI/law": True, "round/10": False, "round/10/CRI": False}


PART = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,8}\Z")
SCOPE = st.lists(PART, max_size=5).map("/".join)


@given(SCOPE, SCOPE)
def test_a_scope_covers_exactly_what_lies_under_it(one, other):
    assert covers(one, other) == (one in above(other))
    assert is_scope(one)
    assert covers("", one)


@pytest.mark.parametrize(
    "text", ["/", "round/", "/round", "a//b", "round/\u202e", "a b", "a/b/c/d/e/f/g", "..", "round/../x", "x" * 65, "a\0"]
)
def test_what_is_no_scope_is_refused(text):
    assert not is_scope(text)


def test_a_grant_counts_from_its_beginning_until_its_end():
    grant = Held("reviewer", "", AT, AT + timedelta(days=1))
    days = {delta: bool(matrix().counting([grant], (), AT + timedelta(days=delta))) for delta in (-1, 0, 0.9, 1, 2)}
    assert days == {-1: False, 0: True, 0.9: True, 1: False, 2: False}


@pytest.mark.parametrize("missing", Requirement)
def test_a_sensitive_role_gives_no_right_while_one_clearance_is_missing_or_has_run_out_s27(missing):
    """S-27: expiry removes rights."""
    grants = [Held("analyst", "", AT), Held("reviewer", "", AT)]
    assert len(matrix().counting(grants, CLEARED, AT)) == 2
    without = tuple(one for one in CLEARED if one.requirement != missing)
    assert [grant.role for grant in matrix().counting(grants, without, AT)] == ["reviewer"]
    ran_out = (*without, Clearance(missing, date(2025, 1, 1), AT.date() - timedelta(days=1)))
    assert [grant.role for grant in matrix().counting(grants, ran_out, AT)] == ["reviewer"]
    not_yet = (*without, Clearance(missing, AT.date() + timedelta(days=1), date(2028, 1, 1)))
    assert lacking(not_yet, AT.date()) == (missing,)


def test_an_unknown_role_or_permission_is_named():
    with pytest.raises(UnknownCode, match="no permission 'people.eat'"):
        matrix().allows((), "people.eat", "")
    with pytest.raises(UnknownCode, match="no role 'king'"):
        matrix().role("king")
    with pytest.raises(ValueError, match=r"x\.y, which is not in the list"):
        read_matrix({"permissions": [], "roles": [{"code": "a", "label": "A", "may": ["x.y"]}]})


@pytest.mark.parametrize(
    ("last", "wrong"),
    [("2026-11-21", True), ("2026-11-22", False), ("2036-12-31", False), ("2037-01-01", True), ("9999-12-31", True)],
)
def test_the_last_day_of_a_role_is_today_or_later_and_ten_years_away_at_most(last, wrong):
    assert bool(wrong_term(date.fromisoformat(last), date(2026, 11, 22))) is wrong


def test_a_role_holds_on_the_whole_of_its_last_day():
    ends = end_of(date(2026, 11, 22))
    assert ends.isoformat() == "2026-11-23T00:00:00+00:00"
    assert last_day(ends) == date(2026, 11, 22)
    assert last_day(ends + timedelta(microseconds=1)) == date(2026, 11, 23)
