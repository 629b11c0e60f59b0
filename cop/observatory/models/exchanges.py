"""What passes between a country and the secretariat: clarifications, signatures, replies and corrections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cop.observatory.models.evidence import StoredFile
from cop.observatory.models.rounds import Participation


class Clarification(models.Model):
    """The thread on one answer. `state` is open, asked, answered or settled."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="clarifications")
    question_id = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    contested = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "question_id"], name="one_thread_an_answer")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id}: {self.state}"


class ClarificationMessage(models.Model):
    """A message of a thread; a reviewer's may propose a value. Rows are only ever added."""

    clarification = models.ForeignKey(Clarification, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10)
    text = models.TextField()
    proposes = models.BooleanField(default=False)
    proposed = models.JSONField(null=True)
    by = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.clarification_id}: {self.kind}"


class Signoff(models.Model):
    """A signature over a hashed snapshot and its PDF. A later one never replaces an earlier one."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="signoffs")
    number = models.PositiveIntegerField()
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    signed_by = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "number"], name="a_signature_of_a_number_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} signature {self.number}"


class Reply(models.Model):
    """A country's right of reply, the decision on it, and the appeal with the panel's decision."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    language = models.CharField(max_length=10)
    written_by = models.CharField(max_length=20)
    written_at = models.DateTimeField()
    decide_by = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.CharField(max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    panel = models.JSONField(default=list)
    panel_outcome = models.CharField(max_length=10, blank=True)
    panel_decision = models.TextField(blank=True)
    panel_decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.participation_id}: reply of {self.written_at:%Y-%m-%d}"


class Correction(models.Model):
    """A line of the correction log, which is public and permanent."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="corrections")
    question_id = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id} corrected"
