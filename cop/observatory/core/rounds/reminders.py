"""Three reminders before a deadline, each once, by official mail (RND-23)."""

from __future__ import annotations

from datetime import datetime, timedelta

BEFORE_CLOSING = (timedelta(days=21), timedelta(days=7), timedelta(days=2))
BEFORE_PREVIEW_ENDS = (timedelta(days=20), timedelta(days=10), timedelta(days=3))


def reminder_days(deadline: datetime, before: tuple[timedelta, ...]) -> tuple[datetime, ...]:
    """The three moments at which reminders of a deadline are due, in order."""
    return tuple(deadline - ahead for ahead in before)


def reminder_due(
    deadline: datetime, before: tuple[timedelta, ...], sent: frozenset[int], invited_at: datetime, at: datetime
) -> int | None:  # fmt: skip
    """The number (1 to 3) of the reminder to send at the moment `at`, None for none.

    Where several are due at once only the last is sent. None is sent within a day of the invitation or after the deadline.
    """
    if at >= deadline or at - invited_at < timedelta(days=1):
        return None
    passed = [number for number, day in enumerate(reminder_days(deadline, before), start=1) if day <= at]
    if not passed or any(number >= passed[-1] for number in sent):
        return None
    return passed[-1]
