"""Whatever happens at the desk and at the mail server: each report either waits, or was passed on by a notice that still counts."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.ground.models import Mail
from cop.ground.public import NotAnyMore, NotNow, now
from cop.hotline.actions.contacts import withdraw_contact
from cop.hotline.actions.follow import acknowledge, follow_mails, mark_bounced
from cop.hotline.actions.intake import add_message, receive
from cop.hotline.actions.passing_on import TOLD, let_messages_go, pass_on
from cop.hotline.core.body import Body
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.receipt import new_seed, receipt_of
from cop.hotline.models import Case, Draft, Notice, NoticeLine, Report
from cop.hotline.public import open_outgoing
from cop.hotline.queries.passing_on import next_waiting
from tests.hotline.casework import desk_of, somebody
from tests.hotline.passing import a_recipient, declare, long_ago

pytestmark = pytest.mark.django_db
STEPS = (
    "report", "report of a child", "add words", "press", "press", "mail arrives", "mail refused", "mail fails", "mail again", "bounce",
    "withdraw", "work", "confirm", "let messages go", "police", "partner",
)  # fmt: skip


class World:
    """A centre that passes reports on, and a clock."""

    def __init__(self, centre):
        self.centre, self.at, self.mode, self.seeds, self.out = centre, now(), "portal", [], []
        declare("portal", long_ago(self.at))

    def run(self, step):
        self.at += timedelta(minutes=2)
        newest = Notice.objects.order_by("-pk").first()
        held = {"by": somebody("lead"), "at": self.at}
        steps = {
            "report": lambda: self.report("adult"), "report of a child": lambda: self.report("child"),
            "add words": lambda: add_message(receipt=receipt_of(self.seeds[-1]), body=Body(note=f"more {self.at}"), at=self.at),
            "press": self.press, "mail arrives": lambda: self.mails("delivered"), "mail refused": lambda: self.mails("refused"),
            "mail fails": lambda: self.mails("failed"), "mail again": lambda: self.mails("pending"),
            "bounce": lambda: mark_bounced(notice=newest.name, **held),
            "confirm": lambda: acknowledge(notice=newest.name, **held),
            "withdraw": lambda: withdraw_contact(contact=newest.contact_id, **held), "work": self.work,
            "let messages go": lambda: let_messages_go(keystore=self.centre.keystore, by=somebody("second"), at=self.at),
            "police": lambda: self.change("police"), "partner": lambda: self.change("portal"),
        }  # fmt: skip
        with contextlib.suppress(NotAllowed, AttributeError, IndexError), transaction.atomic():
            steps[step]()
        follow_mails(at=self.at)

    def report(self, who):
        self.seeds.append(new_seed())
        body = Body(note=f"words {len(self.seeds)}", reporter=who)
        receive(
            body=body, seed=self.seeds[-1], keys=self.centre.keystore.keys(self.at), at=self.at, danger=len(self.seeds) % 3 == 0
        )

    def press(self):
        contact = a_recipient(self.mode, self.at, name=f"Contact {Notice.objects.count()}")
        pass_on(contact=contact, desk=desk_of(self.centre), by=somebody("first"), at=self.at)

    def change(self, mode):
        self.mode = mode
        declare(mode, self.at)

    def mails(self, state):
        Mail.objects.exclude(state__in=("delivered", "dropped")).update(state=state, changed_at=self.at)

    def work(self):
        """What the worker does with what is due."""
        for mail in Mail.objects.filter(state__in=("pending", "failed")):
            try:
                open_outgoing(mail.kind, mail.key, bytes(mail.sealed))
                self.out.append(Notice.objects.get(name=mail.key[7:]).state)
                Mail.objects.filter(pk=mail.pk).update(state="delivered", sealed=b"", changed_at=self.at)
            except NotAnyMore:
                Mail.objects.filter(pk=mail.pk).update(state="dropped", sealed=b"", changed_at=self.at)
            except NotNow:
                pass

    def holds(self):
        waits = {one.number for one in next_waiting(self.at, 500)}
        counts = NoticeLine.objects.filter(notice__state__in=TOLD, notice__bounced_at=None)
        live = set(counts.values_list("address__case", flat=True))
        for report in Report.objects.select_related("case"):
            assert report.pk in waits or report.pk in live  # nothing is lost
            if report.pk not in waits:
                assert (report.state, report.case.state) == ("closed", "closed")
            elif report.pk not in live:
                assert report.state == "received"
        lost = set(Case.objects.exclude(pk__in=live).values_list("pk", flat=True))
        assert not Draft.objects.filter(sent=None, report__in=lost).exists()
        assert all(state in TOLD for state in self.out)
        assert Notice.objects.count() == Mail.objects.count()


def test_whatever_happens_no_report_is_lost_and_none_counts_as_passed_on_that_was_not(centre):
    """PORTAL-05 PORTAL-08 PORTAL-09"""
    reached: set[str] = set()

    @given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=14))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def any_sequence(steps):
        point = transaction.savepoint()
        world = World(centre)
        for step in ("report", "report of a child", "press", *steps):
            world.run(step)
            world.holds()
        reached.update(Notice.objects.values_list("state", flat=True))
        transaction.savepoint_rollback(point)

    any_sequence()
    assert {"queued", "sent", "failed", "dropped", "acknowledged"} <= reached
