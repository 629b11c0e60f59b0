"""Cases: what became of each report. What they say lies sealed to the report's own key; codes, people and moments are in clear."""

from __future__ import annotations

from django.db import models

from cop.accounts.models import Person
from cop.hotline.models.reports import Report


class Case(models.Model):
    """One report that was taken up. `state` and `outcome` repeat what core.case derives from the addresses, for lists."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="case")
    state = models.CharField(max_length=10, default="new")
    outcome = models.CharField(max_length=20, blank=True)
    concern = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    age = models.CharField(max_length=20, blank=True)
    may_be_child = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    hold_officer = models.CharField(max_length=200, blank=True)
    hold_reason = models.CharField(max_length=300, blank=True)
    hold_placed_at = models.DateTimeField(null=True)
    hold_until = models.DateTimeField(null=True)
    police_agreed = models.BooleanField(default=False)
    referred = models.BooleanField(default=False)
    partner_number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    appeal_source = models.CharField(max_length=20, blank=True)
    appeal_at = models.DateTimeField(null=True)
    appeal_upheld = models.BooleanField(null=True)
    appeal_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [  # noqa: RUF012
            models.Index(fields=["state", "due_at"], name="cases_by_state"),
            models.Index(fields=["state", "report"], name="cases_in_state"),
            models.Index(fields=["country", "report"], name="cases_by_country"),
            models.Index(fields=["outcome", "report"], name="cases_by_outcome"),
            models.Index(fields=["age", "report"], name="cases_by_age"),
        ]


class Skip(models.Model):
    """Somebody does not want this case; it is not offered to them again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="skips")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="one_skip_a_person")]  # noqa: RUF012


class CaseAddress(models.Model):
    """One subject of a case: an address, or the place or the words of a report that names none.

    `sealed` opens with the report's own key, `for_service` with the worker's; that is empty unless somebody decided to trace or to
    notify; `access` is the way to it, sealed as the address is. `blind` finds the same address elsewhere, and only with a key of
    the team.
    """

    name = models.CharField(max_length=32, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=10)
    blind = models.CharField(max_length=64, db_index=True, blank=True)
    sealed = models.BinaryField()
    access = models.BinaryField(default=b"")
    for_service = models.BinaryField(default=b"")
    added_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=130, blank=True)
    first = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=10, default="open")
    how = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=20, blank=True)
    notified_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    looks_gone_at = models.DateTimeField(null=True)
    trace_asked_at = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    moved_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Item(models.Model):
    """One content item at an address: codes alone, each of them may be unknown. A later row of the same item replaces it."""

    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, related_name="items")
    facts = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class CaseEvent(models.Model):
    """One step of a case, never changed: figures are counted from these alone. `details` is JSON of codes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField()
    by = models.CharField(max_length=20)
    verb = models.CharField(max_length=30)
    details = models.TextField(default="{}")

    class Meta:
        indexes = [models.Index(fields=["verb", "at"], name="case_events_by_verb")]  # noqa: RUF012


class Draft(models.Model):
    """A message to a reporter who may be a child, until a second person lets it go (S-12). Free words lie sealed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="drafts")
    phrase = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(default=b"")
    language = models.CharField(max_length=10)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent = models.BooleanField(null=True)


class Exposure(models.Model):
    """Minutes that somebody looked at material, or a reveal of an address (0 minutes until they are booked)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=0)
    booked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="exposure_of_person")]  # noqa: RUF012


class Station(models.Model):
    """A machine on which addresses may be revealed, isolated and without cache (S-05). It shows a token; we keep its digest."""

    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    ends_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
