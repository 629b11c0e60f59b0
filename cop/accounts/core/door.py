"""The Django-free door of `accounts`."""

from cop.accounts.core.clearance import REQUIREMENTS, Clearance, Requirement
from cop.accounts.core.matrix import Held, Matrix, Permission, Role, matrix
from cop.accounts.core.scopes import above, covers, is_scope
from cop.accounts.core.terms import end_of, wrong_term
from cop.accounts.core.tries import network_of

__all__ = [
    "REQUIREMENTS", "Clearance", "Held", "Matrix", "Permission", "Requirement", "Role", "above", "covers", "end_of",
    "is_scope", "matrix", "network_of", "wrong_term",
]  # fmt: skip
