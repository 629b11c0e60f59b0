"""What no sequence of steps at the desk, at the clock and at the mail server may ever reach."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.ground.models import Mail
from cop.ground.public import NotAnyMore, NotNow, now
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import withdraw_contact
from cop.hotline.actions.escalations import decline_escalation, propose_escalations
from cop.hotline.actions.follow import follow_mails, mark_bounced
from cop.hotline.actions.notices import drop_notice, send_notice
from cop.hotline.core.case import NotAllowed
from cop.hotline.models import Case, CaseEvent, Escalation, Notice
from cop.hotline.public import open_outgoing
from cop.hotline.queries.notices import notices, proposals
from tests.hotline.casework import AFTER, a_contact, a_notice, an_address, somebody, traced

pytestmark = pytest.mark.django_db
STEPS = (
    "prepare", "prepare escalation", "approve less", "traced", "trace abroad", "send", "send as lead", "mail arrives", "mail refused",
    "mail again", "bounce", "drop", "propose", "decline", "hold", "lift", "withdraw", "wait", "work",
)  # fmt: skip

STARTS = (
    (),
    ("send", "hold", "work", "lift"),
    ("send", "mail arrives", "wait", "propose", "traced", "prepare escalation", "send as lead"),
    ("send", "mail arrives", "wait", "propose", "traced", "prepare", "send", "withdraw", "work"),
    ("send", "mail refused", "wait", "propose", "traced", "prepare", "send", "mail refused"),
)


class World:
    """One case, its contacts, and a clock."""

    def __init__(self, centre):
        self.centre, self.at = centre, now()
        self.address = an_address(centre, {"address": "http://bad.example/"}, self.at)
        self.contact = a_contact(self.at)
        self.lead = somebody("lead")
        self.out = []

    def run(self, step):
        held = {"by": self.lead, "at": self.at}
        newest = Notice.objects.order_by("-pk").first()
        name = newest.name if newest else ""
        case = {"number": self.address.case_id}
        until = self.at + timedelta(hours=1)
        steps = {
            "prepare": lambda: a_notice(self.centre, self.address, self.contact, self.at),
            "prepare escalation": lambda: a_notice(self.centre, self.address, self.contact, self.at, kind="escalation"),
            "approve less": lambda: a_notice(self.centre, self.address, a_contact(self.at, approved=False), self.at),
            "traced": lambda: traced(self.address, self.at),
            "trace abroad": lambda: traced(self.address, self.at, "XB"),
            "send": lambda: send_notice(notice=name, rules=AFTER, **held),
            "send as lead": lambda: send_notice(notice=name, rules=AFTER, complicit=False, **held),
            "mail arrives": lambda: self.mails("delivered"), "mail refused": lambda: self.mails("refused"),
            "mail again": lambda: self.mails("pending"),
            "bounce": lambda: mark_bounced(notice=name, **held), "drop": lambda: drop_notice(notice=name, why="other_way", **held),
            "propose": lambda: propose_escalations(at=self.at, hours=72),
            "decline": lambda: decline_escalation(proposal=proposals()[0].id, why="gone", **held),
            "hold": lambda: cases.place_hold(officer="Insp. Example", reason="arrest", until=until, **case, **held),
            "lift": lambda: cases.lift_hold(agreed=True, **case, **held),
            "withdraw": lambda: withdraw_contact(contact=self.contact, **held),
            "wait": self.wait, "work": self.work,
        }  # fmt: skip
        with contextlib.suppress(NotAllowed, Notice.DoesNotExist, IndexError), transaction.atomic():
            steps[step]()

    def wait(self):
        self.at += timedelta(hours=80)

    def mails(self, state):
        Mail.objects.exclude(state="delivered").update(state=state)
        follow_mails(at=self.at)

    def work(self):
        """What the worker may read at this moment."""
        for mail in Mail.objects.filter(state="pending"):
            with contextlib.suppress(NotNow), self.dropped(mail):
                open_outgoing(mail.kind, mail.key, bytes(mail.sealed))
                self.out.append((Case.objects.get().hold_until, Notice.objects.get(name=mail.key[7:]).contact.withdrawn_at))

    @contextlib.contextmanager
    def dropped(self, mail):
        try:
            yield
        except NotAnyMore:
            Mail.objects.filter(pk=mail.pk).update(state="dropped", sealed=b"")
            follow_mails(at=self.at)

    def holds(self, before):
        listed = {row.name: row for row in notices()}
        assert set(listed) == set(Notice.objects.values_list("name", flat=True))
        assert all(row.mail is not None for row in listed.values() if row.queued_at)
        assert Mail.objects.count() == sum(row.queued_at is not None for row in listed.values())
        waits = {row.id for row in proposals()}
        for one in Escalation.objects.select_related("notice"):  # NOTICE-09
            arrived = one.notice is not None and one.notice.state in ("sent", "acknowledged", "decided")
            assert (one.pk in waits) != bool(one.declined or arrived)
            assert not one.declined or one.decided_by_id is not None
        assert before <= set(Escalation.objects.values_list("pk", flat=True))
        for row in Notice.objects.exclude(queued_at=None).select_related("contact"):  # NOTICE-01, NOTICE-04
            assert row.contact.approved_at is not None
            assert row.sent_by_id is not None
            assert bytes(row.sealed) == b""
            assert row.kind != "escalation" or row.complicit is False  # NOTICE-05
        assert all(moment is None for pair in self.out for moment in pair)  # NOTICE-07
        self.sent_in_order()
        return set(Escalation.objects.values_list("pk", flat=True))

    def sent_in_order(self):
        """NOTICE-02 and NOTICE-03, told from the history alone: no sending under a hold, nor without a fresh trace to XA."""
        hold, last = False, (None, "")
        for event in CaseEvent.objects.order_by("pk"):
            if event.verb == "hold":
                hold = True
            elif event.verb in ("lift hold", "agree"):
                hold = False
            elif event.verb == "traced":
                last = (event.at, event.details)
            elif event.verb == "send notice":
                assert not hold
                assert event.at - last[0] <= timedelta(hours=24)
                assert '"XA"' in last[1]


def test_every_step_of_every_sequence_keeps_the_rules_of_notices(centre):
    """NOTICE-01 NOTICE-02 NOTICE-03 NOTICE-04 NOTICE-05 NOTICE-07 NOTICE-09"""
    reached: dict[str, int] = {}

    @given(st.sampled_from(STARTS), st.lists(st.sampled_from(STEPS), min_size=4, max_size=16))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def any_sequence(start, steps):
        point = transaction.savepoint()
        world, before = World(centre), set()
        for step in ("traced", "prepare", *start, *steps):
            world.run(step)
            before = world.holds(before)
            for state in Notice.objects.values_list("state", flat=True):
                reached[state] = reached.get(state, 0) + 1
        reached["proposed"] = reached.get("proposed", 0) + len(before)
        transaction.savepoint_rollback(point)

    any_sequence()
    assert {"ready", "queued", "sent", "failed", "proposed"} <= set(reached), reached
