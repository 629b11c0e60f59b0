"""Invented staff for tests and benches of the hotline."""

from __future__ import annotations

from datetime import timedelta


def make_lead(email: str = "lee@centre.example") -> str:
    """Make a lead whose vetting, training and code of conduct are recorded, for a year; answers the pseudonym. Django is set up."""
    from cop.accounts.actions.grants import record_clearance  # slow, and needs Django set up
    from cop.accounts.actions.invitations import make_person  # slow, and needs Django set up
    from cop.accounts.core.clearance import Requirement  # slow, and needs Django set up
    from cop.accounts.public import give  # slow, and needs Django set up
    from cop.ground.public import now, today  # slow, and needs Django set up

    at = now()
    person = make_person(email=email, name="Lee Example", language="en", at=at)
    give(person_id=person.pk, role="lead", scope="hotline", at=at, actor="system")
    last = today() + timedelta(days=365)
    for requirement in Requirement:
        record_clearance(
            person_id=person.pk, requirement=requirement, done_on=today(), valid_until=last, at=at, actor="system"
        )  # fmt: skip
    return str(person.pseudonym)
