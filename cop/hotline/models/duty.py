"""Messages to the duty desk, and alarms while nobody sends one (S-03). None says what a report says."""

from __future__ import annotations

from django.db import models

from cop.hotline.models.reports import Report


class DutyMessage(models.Model):
    """One message to the duty desk: of a report in danger, or a test without one.

    `target` is a digest of where it went, `digest` one of the code that acknowledges it. A mail lies in the outbox under
    `mail_key`; a call of a web hook is `pending` until it was taken, tried anew at `next_at`.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="duty_messages")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=20)
    note = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=10)
    target = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    mail_key = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default="pending")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [  # noqa: RUF012
            models.Index(fields=["state", "next_at"], name="duty_messages_due"),
            models.Index(fields=["target", "sent_at"], name="duty_messages_by_target"),
        ]


class DutyAlarm(models.Model):
    """The alarm of one danger: how often it rang, and who set the danger aside and why."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="duty_alarm")
    rung = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    aside_at = models.DateTimeField(null=True)
    aside_by = models.CharField(max_length=20, blank=True)
    ending = models.CharField(max_length=20, blank=True)
