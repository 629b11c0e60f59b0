"""Legal holds, and the months that were erased (S-30). Neither says what a report says."""

from __future__ import annotations

from django.db import models

from cop.hotline.models.reports import Report


class Hold(models.Model):
    """A legal hold on a month (`month`) or on one report: it stands until somebody lifts it, and rings after its day of review."""

    month = models.CharField(max_length=7, blank=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="holds")
    reference = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    review_on = models.DateField()
    placed_by = models.CharField(max_length=20)
    placed_at = models.DateTimeField()
    rung_on = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=20, blank=True)


class Erasure(models.Model):
    """One month that is erased for good: decided at `erased_at`; `finished_at` once keys and rows are gone.

    `keys` are the fingerprints of the deleted public halves, one a line.
    """

    month = models.CharField(max_length=7, unique=True)
    erased_at = models.DateTimeField()
    by = models.CharField(max_length=20)
    keys = models.TextField(blank=True)
    reports = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20)
    finished_at = models.DateTimeField(null=True)
