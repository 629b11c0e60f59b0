"""Keys that were shown once. Only their digests are kept."""

from __future__ import annotations

from django.db import models

from cop.accounts.models.people import Person


class Invitation(models.Model):
    """An invitation by mail. It is used once, and ends by itself."""

    email = models.EmailField()
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=200, blank=True)
    ends_at = models.DateTimeField(null=True)  # of the role
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=20)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Token(models.Model):
    """A personal token of a machine, limited to some permissions of the person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    permissions = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)


class OneTimeLink(models.Model):
    """A sign-in link of a demonstration."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class UsedCode(models.Model):
    """A code of an authenticator app that was used a moment ago, so that it doesn't work twice in any process."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="a_code_works_once")]  # noqa: RUF012
