"""Where an address led, at a moment: kept as evidence."""

from __future__ import annotations

from django.db import models

from cop.hotline.models.cases import CaseAddress


class Trace(models.Model):
    """One trace of an address, never changed. `sealed` is the evidence, to the report's own key; an empty country is unknown.

    `contacts` is SHA-256 over the contacts that were found: a change of them is seen without opening anything.
    """

    name = models.CharField(max_length=32, unique=True)
    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, related_name="traces")
    at = models.DateTimeField()
    by = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=20, blank=True)
    contacts = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="traces_of_address")]  # noqa: RUF012
