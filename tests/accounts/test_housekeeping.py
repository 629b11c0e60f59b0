"""What is due: what ended is forgotten; who is about to lose rights is told once (S-27)."""

from datetime import timedelta

import pytest

from cop.accounts.actions.demonstration import demonstration_links
from cop.accounts.actions.grants import record_clearance
from cop.accounts.models import DeskSession, Invitation, OneTimeLink
from cop.accounts.public import invite, tick
from cop.ground.models import Mail
from cop.ground.public import now
from tests.desk import a_person, signed_in

pytestmark = pytest.mark.django_db


def test_what_ended_is_forgotten_and_what_runs_stays():
    signed_in("reviewer").get("/desk/")
    demonstration_links(now())
    invite(email="a@x.example", role="reviewer", scope="", at=now(), actor="system", language="en")
    assert tick(now()) == ()
    assert DeskSession.objects.count() == 1
    assert tick(now() + timedelta(days=8))
    assert (DeskSession.objects.count(), OneTimeLink.objects.count(), Invitation.objects.count()) == (0, 0, 1)
    tick(now() + timedelta(days=105))
    assert Invitation.objects.count() == 0


def test_s27_who_is_about_to_lose_rights_is_told_once_and_nobody_else():
    analyst, reviewer = a_person("analyst", language="es"), a_person("reviewer")
    today = now().date()
    for person in (analyst, reviewer):
        for requirement, days in (("vetting", 20), ("training", 200), ("conduct", 10)):
            record_clearance(
                person_id=person.pk,
                requirement=requirement,
                done_on=today,
                valid_until=today + timedelta(days=days),
                at=now(),
                actor="system",
            )
    record_clearance(
        person_id=analyst.pk,
        requirement="conduct",
        done_on=today,
        valid_until=today + timedelta(days=365),
        at=now(),
        actor="system",
    )
    for _ in range(3):
        tick(now())
    assert [mail.to for mail in Mail.objects.filter(kind="clearance")] == [analyst.email]
