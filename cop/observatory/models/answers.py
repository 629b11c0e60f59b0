"""Answers of countries, where they come from, and every change that was ever made to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cop.observatory.models.rounds import Participation


class AnswerValue(models.Model):
    """The answer of a country to a question as it stands. `version` grows with each change.

    `origin` is register, facts, last_round, workbook or entered. What came from elsewhere counts only when confirmed.
    """

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="answers")
    question_id = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    note = models.TextField(blank=True)
    why = models.CharField(max_length=20, blank=True)
    disagreement = models.TextField(blank=True)
    public = models.BooleanField(default=True)
    origin = models.CharField(max_length=12)
    confirmed_by = models.CharField(max_length=20, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=20)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "question_id"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id}"


class AnswerSource(models.Model):
    """The row of a data file, a cell of a workbook or an earlier round on which a pre-filled answer stands."""

    answer = models.ForeignKey(AnswerValue, on_delete=models.CASCADE, related_name="sources")
    code = models.CharField(max_length=40)
    said = models.CharField(max_length=200)
    source = models.TextField()
    licence = models.CharField(max_length=200, blank=True)
    as_of = models.CharField(max_length=10, blank=True)
    file = models.CharField(max_length=200)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file", "row"], name="answers_by_data_row")]

    def __str__(self) -> str:
        return f"{self.file} row {self.row}"


class AnswerChange(models.Model):
    """One change of an answer: what it was and what it became. Rows are only ever added."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="changes")
    question_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    origin = models.CharField(max_length=12)
    by = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participation", "question_id", "version"], name="a_version_once_an_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id} {self.version}"


class PendingText(models.Model):
    """What somebody wrote on an answer that another had changed meanwhile. It waits until one of them chooses."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="pending")
    question_id = models.CharField(max_length=64)
    base_version = models.PositiveIntegerField()
    given = models.JSONField()
    by = models.CharField(max_length=20)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=20, blank=True)
    taken = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["participation", "question_id"], name="pending_of_an_answer")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.question_id}"
