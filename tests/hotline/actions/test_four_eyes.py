"""No way around the second person: what one insider alone tries, whatever their role."""

from __future__ import annotations

import pytest

from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.core.case import LOCK_LASTS, NotAllowed
from cop.hotline.models import Case, CaseAddress
from tests.hotline.actions.test_cases import confirmed

pytestmark = pytest.mark.django_db


def test_one_person_alone_never_undoes_what_two_said_by_way_of_an_appeal(open_centre, cast):
    """CASE-11: who notes an appeal does not decide it"""
    number, _ = confirmed(open_centre, cast)
    act.raise_appeal(number=number, source="owner", by=cast.lead, at=now())
    with pytest.raises(NotAllowed, match="CASE-11"):
        act.decide_appeal(number=number, upheld=True, outcome="not_illegal", by=cast.lead, at=now())
    assert Case.objects.get().outcome == "baseline"


def test_nobody_closes_a_case_that_somebody_else_works_on(open_centre, cast):
    """CASE-01; and what waited to be traced waits no more"""
    number, _ = confirmed(open_centre, cast)
    CaseAddress.objects.update(trace_asked_at=now(), for_service=b"sealed")
    asked = {"number": number, "reason": "not_removed", "known": ("not_removed",), "exceptional": ("not_removed",)}
    with pytest.raises(NotAllowed, match="CASE-01"):
        act.close(by=cast.lead, at=now(), **asked)
    act.close(by=cast.lead, at=now() + LOCK_LASTS, **asked)
    row = CaseAddress.objects.get()
    assert (bytes(row.for_service), row.trace_asked_at) == (b"", None)
