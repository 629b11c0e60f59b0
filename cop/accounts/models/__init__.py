"""The tables of `accounts`."""

from cop.accounts.models.keys import Invitation, OneTimeLink, Token, UsedCode
from cop.accounts.models.people import Grant, Person, RecordedClearance
from cop.accounts.models.sessions import DeskSession
from cop.accounts.models.tries import DaySalt, FailedTries

__all__ = [
    "DaySalt",
    "DeskSession",
    "FailedTries",
    "Grant",
    "Invitation",
    "OneTimeLink",
    "Person",
    "RecordedClearance",
    "Token",
    "UsedCode",
]
