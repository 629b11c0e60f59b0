"""People, what they hold and what vouches for it."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from cop.accounts.core.clearance import Requirement


class People(BaseUserManager):
    """Finds people by their address, whatever its case."""

    def get_by_natural_key(self, username: str) -> Person:
        return self.get(email=username.lower())


class Person(AbstractBaseUser):
    """Somebody who may sign in. The audit trail knows a person by the pseudonym alone, so that the name can be erased."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    pseudonym = models.CharField(max_length=20, unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = People()

    def __str__(self) -> str:
        return self.pseudonym


class Grant(models.Model):
    """A role of a person in a scope. A row is never deleted: a role that was withdrawn has an end."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=200, blank=True)
    given_by = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["person", "role", "scope"], condition=Q(ends_at=None), name="one_open_grant"),
        ]
        indexes = [models.Index(fields=["role", "scope"], name="grants_by_role")]  # noqa: RUF012


class RecordedClearance(models.Model):
    """Vetting, training or signed code of conduct of a person, as dated and recorded by another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="clearances")
    requirement = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Requirement])
    done_on = models.DateField()
    valid_until = models.DateField()
    recorded_by = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
