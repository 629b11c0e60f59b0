"""Releases as they are kept: written once, never changed. Only a withdrawal may be noted beside them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

WITHDRAWAL = frozenset({"withdrawn_at", "withdrawn_why"})


class ReleaseIsKept(Exception):
    """Somebody tried to change or remove what was published."""


class KeptOnce(models.QuerySet["Any"]):
    """Rows that are written once: updates of anything but a withdrawal and deletions are refused."""

    def update(self, **values: Any) -> int:
        if not set(values) <= WITHDRAWAL:
            raise ReleaseIsKept("a published release can't be changed; publish a correction, which becomes a release of its own")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ReleaseIsKept("a published release can't be removed; withdraw it with a reason")


class Kept(models.Model):
    """What Release and ReleaseCountry share: saved once."""

    objects = KeptOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise ReleaseIsKept("a published release can't be changed; publish a correction, which becomes a release of its own")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> tuple[int, dict[str, int]]:
        raise ReleaseIsKept("a published release can't be removed; withdraw it with a reason")


class Release(Kept):
    """A release: `header` is its canonical JSON, `inputs` what it was built from, which is never published.

    The long texts stand last, so that the engine reads the short columns without walking over them.
    """

    id = models.CharField(primary_key=True, max_length=100)
    round = models.ForeignKey("observatory.Round", on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    embargo_until = models.DateTimeField(null=True)
    checksum = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(default="")
    header = models.TextField()
    inputs = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "number"], name="one_release_of_a_number")]
        indexes: ClassVar = [models.Index(fields=["published_at"])]

    def __str__(self) -> str:
        return self.id


class ReleaseCountry(Kept):
    """What a release says about one country, in canonical JSON."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="countries")
    iso3 = models.CharField(max_length=3)
    content = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "iso3"], name="a_country_once_a_release")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.iso3}"
