"""No way around the second person: what one insider alone tries, whatever their role."""

from __future__ import annotations

import pytest

from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.traces import keep_trace
from cop.hotline.core.case import LOCK_LASTS, NotAllowed, PoliceRules
from cop.hotline.models import Case, CaseAddress, DutyMessage
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
    asked = {"number": number, "reason": "test", "known": ("test",), "exceptional": ("test",)}
    with pytest.raises(NotAllowed, match="CASE-01"):
        act.close(by=cast.lead, at=now(), **asked)
    act.close(by=cast.lead, at=now() + LOCK_LASTS, **asked)
    row = CaseAddress.objects.get()
    assert (bytes(row.for_service), row.trace_asked_at) == (b"", None)


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("removed", "notify"), ("not_removed", "trace"), ("referred_to_police", "refer"), ("referred_to_police", "police"),
        ("referred_to_police", "duty desk"), ("handed_to_partner", "partner"), ("appeal_upheld", "appeal"),
    ],
)  # fmt: skip
def test_a_case_is_closed_as_told_to_others_only_once_somebody_was_told(reason, step, open_centre, cast):
    """CASE-17"""
    number, name = confirmed(open_centre, cast)
    asked = {
        "number": number,
        "reason": reason,
        "known": (reason,),
        "exceptional": (reason,),
        "by": cast.lead,
        "at": now() + LOCK_LASTS,
    }
    with pytest.raises(NotAllowed, match="CASE-17"):
        act.close(**asked)
    who = {"number": number, "at": now()}
    steps = {
        "notify": lambda: act.notify(**who, name=name, rules=PoliceRules(), by=cast.second),
        "trace": lambda: keep_trace(address=name, country="", network="", evidence="{}", contacts=(), by="system", at=now()),
        "refer": lambda: act.note_referral(**who, by=cast.second),
        "police": lambda: act.hand_over(**who, name=name, to="police", by=cast.second),
        "partner": lambda: act.hand_over(**who, name=name, to="partner", by=cast.second),
        "duty desk": lambda: DutyMessage.objects.create(report_id=number, sent_at=now(), sent_by="A-1", channel="mail", target="x", digest="d"),
        "appeal": lambda: (
            act.raise_appeal(**who, source="host", by=cast.first),
            act.decide_appeal(**who, upheld=True, outcome="not_illegal", by=cast.lead),
        ),
    }  # fmt: skip
    steps[step]()
    act.close(**asked)
    assert Case.objects.get().reason == reason
