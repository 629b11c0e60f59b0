"""The term of a role: people name its last day, the program keeps the moment at which it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from cop.ground.core.door import mark

PASSED = mark("This day has passed. The last day of a role is today or later.")
TOO_LATE = mark("This day is more than ten years away. A role without a last day holds until it is withdrawn.")
MOST_YEARS = 10


def end_of(last: date) -> datetime:
    """The moment at which a role ends that holds up to and including the day `last`: the midnight after it, in UTC."""
    return datetime.combine(last + timedelta(days=1), time(tzinfo=UTC))


def last_day(ends_at: datetime) -> date:
    """The last day on which something holds that ends at `ends_at`."""
    return (ends_at.astimezone(UTC) - timedelta(microseconds=1)).date()


def wrong_term(last: date, today: date) -> str:
    """What is wrong with `last` as the last day of a role, in one English sentence; nothing where it can be taken."""
    if last < today:
        return PASSED
    return TOO_LATE if last.year > today.year + MOST_YEARS else ""
