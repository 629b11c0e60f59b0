"""When the hotline is open, and under which declaration."""

from __future__ import annotations

from django.db import models


class Opening(models.Model):
    """A declaration that the hotline is staffed and lawful, until a day, in the words of its file.

    The last one that was not closed counts (S-02).
    """

    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=20)
    until = models.DateField()
    hours = models.CharField(max_length=2000)
    declaration = models.TextField()
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=20, blank=True)
