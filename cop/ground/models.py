"""The audit trail and its head, and mails on their way out."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnly(Exception):
    """An entry of the audit trail is never changed or deleted."""


class _Appended(models.QuerySet):
    def update(self, **_values: Any) -> int:
        raise AppendOnly("entries of the audit trail are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("entries of the audit trail are never deleted")


class AuditEntry(models.Model):
    """One line of the trail; `details` is canonical JSON text, so that the same bytes are hashed on every database."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, db_index=True)
    verb = models.CharField(max_length=200)
    thing = models.CharField(max_length=200, db_index=True)
    details = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = _Appended.as_manager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"entry {self.number} of the audit trail is never changed")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly(f"entry {self.number} of the audit trail is never deleted")


class AuditHead(models.Model):
    """The one row (id 1) that says how far the trail has come."""

    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)


class Mail(models.Model):
    """A mail on its way out. Its body is emptied once it was delivered; one that is `sealed` has none until the worker opens it."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    sealed = models.BinaryField(default=b"")
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=12, default="pending")
    tries = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField()
    next_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="mails_due")]  # noqa: RUF012
