"""Survey rounds: the questionnaire they ask, the countries that take part, and who writes in which section."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cop.observatory.models.evidence import StoredFile


class QuestionnaireVersion(models.Model):
    """A questionnaire as canonical JSON. It is never changed once a round that asks it opened.

    `title` is that of the content, for lists. `not_carried` and `untranslated` say what a form of another tool held beyond it.
    `follows` maps the SHA-256 of an earlier version to the lines of the map that leads from it to this one.
    """

    key = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    title = models.JSONField(default=dict)
    content = models.TextField()
    not_carried = models.JSONField(default=list)
    untranslated = models.JSONField(default=list)
    follows = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "version"], name="questionnaire_by_version")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Round(models.Model):
    """A round. `id` is a slug, `title` maps language codes to texts; all times are UTC."""

    id = models.SlugField(primary_key=True, max_length=40)
    title = models.JSONField()
    questionnaire = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="rounds")
    method = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=20, default="draft")
    confidential = models.BooleanField(default=False)
    sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    preview_until = models.DateTimeField()
    embargo_until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    preview_from = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Participation(models.Model):
    """A country in a round. Addresses are official ones; the letter of designation is a stored file.

    `reason` is why the response stands where it does (sent back, declined, corrected), `correcting` the public reason that the
    country gave for its last correction.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="participations")
    iso3 = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="not_invited")
    language = models.CharField(max_length=10, default="en")
    official_address = models.EmailField(blank=True)
    alternate_address = models.EmailField(blank=True)
    designation = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    designation_name = models.CharField(max_length=200, blank=True)
    designated_on = models.DateField(null=True)
    invited_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    correcting = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "iso3"], name="a_country_once_a_round")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.iso3}"


class SectionLock(models.Model):
    """Who writes in a section just now, and who asked for it."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="locks")
    section = models.CharField(max_length=64)
    holder = models.CharField(max_length=20)
    holder_name = models.CharField(max_length=120)
    taken_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_by = models.CharField(max_length=20, blank=True)
    asked_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "section"], name="one_lock_a_section")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.section}"


class Reminder(models.Model):
    """A reminder that was sent; the row keeps it from being sent twice."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="reminders")
    about = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "about", "number"], name="a_reminder_once")]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.about}/{self.number}"
