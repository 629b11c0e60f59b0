"""Evidence of answers. Files lie in the data folder under their digest; nothing is ever fetched or shown in place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """A file that was accepted: `kind` is pdf, png, jpeg, docx, xlsx or txt, `size` in bytes."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Evidence(models.Model):
    """A link or a file behind an answer. Dates of a law are partial: 2014, 2014-12 or 2014-12-31."""

    participation = models.ForeignKey("observatory.Participation", on_delete=models.CASCADE, related_name="evidence")
    question_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=4)
    title = models.CharField(max_length=300)
    original_title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=35, blank=True)
    place = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    enacted = models.CharField(max_length=10, blank=True)
    in_force = models.CharField(max_length=10, blank=True)
    amended = models.CharField(max_length=10, blank=True)
    repealed = models.CharField(max_length=10, blank=True)
    gazette = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=12, blank=True)
    territories = models.CharField(max_length=300, blank=True)
    public = models.BooleanField(default=False)
    consent = models.BooleanField(default=False)
    added_by = models.CharField(max_length=20)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["participation", "question_id"], name="evidence_of_an_answer")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id}: {self.title[:40]}"
