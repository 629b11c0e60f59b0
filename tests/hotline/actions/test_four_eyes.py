"""No way around the second person: what one insider alone tries, whatever their role."""

from __future__ import annotations

import pytest

from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.core.case import NotAllowed
from cop.hotline.models import Case
from tests.hotline.actions.test_cases import confirmed

pytestmark = pytest.mark.django_db


def test_one_person_alone_never_undoes_what_two_said_by_way_of_an_appeal(open_centre, cast):
    """CASE-11: who notes an appeal does not decide it"""
    number, _ = confirmed(open_centre, cast)
    act.raise_appeal(number=number, source="owner", by=cast.lead, at=now())
    with pytest.raises(NotAllowed, match="CASE-11"):
        act.decide_appeal(number=number, upheld=True, outcome="not_illegal", by=cast.lead, at=now())
    assert Case.objects.get().outcome == "baseline"
