"""The permission matrix: which role may do what, read from one file and held to it cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import yaml

from cop.accounts.core.clearance import Clearance, lacking
from cop.accounts.core.scopes import covers
from cop.ground.core.door import PACKAGE, UnknownCode


@dataclass(frozen=True)
class Permission:
    """One thing that may be done. `label` is English, translated where it is shown."""

    code: str
    label: str


@dataclass(frozen=True)
class Role:
    """A set of permissions under one name. A sensitive role counts only while its clearances are valid."""

    code: str
    label: str
    sensitive: bool
    may: frozenset[str]


@dataclass(frozen=True)
class Held:
    """A role that a person holds in a scope, from `given_at` until `ends_at` (None: until it is withdrawn)."""

    role: str
    scope: str
    given_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Matrix:
    """All permissions and roles."""

    permissions: tuple[Permission, ...]
    roles: tuple[Role, ...]

    def role(self, code: str) -> Role:
        """The role `code`. Raises UnknownCode."""
        for role in self.roles:
            if role.code == code:
                return role
        raise UnknownCode("role", code, [role.code for role in self.roles])

    def permission(self, code: str) -> Permission:
        """The permission `code`. Raises UnknownCode."""
        for permission in self.permissions:
            if permission.code == code:
                return permission
        raise UnknownCode("permission", code, [permission.code for permission in self.permissions])

    def counting(self, grants: Iterable[Held], clearances: Iterable[Clearance], at: datetime) -> tuple[Held, ...]:
        """Those of `grants` that count at `at`: begun, not ended, and for a sensitive role with every clearance valid that day."""
        cleared = not lacking(clearances, at.date())
        return tuple(
            grant for grant in grants
            if grant.given_at <= at and (grant.ends_at is None or at < grant.ends_at)
            and (cleared or not self.role(grant.role).sensitive)
        )  # fmt: skip

    def allows(self, counting: Iterable[Held], permission: str, scope: str) -> bool:
        """Do grants that count allow `permission` in `scope`? Raises UnknownCode for a permission that doesn't exist."""
        self.permission(permission)
        return any(permission in self.role(grant.role).may and covers(grant.scope, scope) for grant in counting)


def lacking_for(role: Role, clearances: Iterable[Clearance], at: date) -> tuple[str, ...]:
    """What a person lacks on the day `at` for `role` to count; empty for a role that is not sensitive."""
    return tuple(lacking(clearances, at)) if role.sensitive else ()


@lru_cache
def matrix() -> Matrix:
    """The matrix of this program, from cop/accounts/data/permissions.yaml."""
    return read_matrix(yaml.safe_load((PACKAGE / "accounts" / "data" / "permissions.yaml").read_text(encoding="utf-8")))


def read_matrix(held: dict[str, Any]) -> Matrix:
    """The matrix that a mapping with `permissions` and `roles` describes.

    Raises ValueError for one that names an unknown permission.
    """
    permissions = tuple(Permission(item["code"], item["label"]) for item in held["permissions"])
    known = {permission.code for permission in permissions}
    roles = []
    for item in held["roles"]:
        if unknown := sorted(set(item["may"]) - known):
            raise ValueError(f"the role {item['code']} names the permission {unknown[0]}, which is not in the list of permissions")
        roles.append(Role(item["code"], item["label"], bool(item.get("sensitive", False)), frozenset(item["may"])))
    return Matrix(permissions, tuple(roles))
