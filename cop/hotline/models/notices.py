"""Contacts, notices to them, and what the clock proposes. What a notice says lies sealed, and is emptied once it went out."""

from __future__ import annotations

from django.db import models

from cop.accounts.models import Person
from cop.hotline.core.sealing import commitment
from cop.hotline.models.cases import CaseAddress


class Contact(models.Model):
    """Somebody whom a notice may go to, once a second person approved it. `answers_for` are networks and domains, one a line."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    mail = models.CharField(max_length=254)
    language = models.CharField(max_length=10, default="en")
    country = models.CharField(max_length=2, blank=True)
    answers_for = models.TextField(blank=True)
    way = models.CharField(max_length=10, default="page")
    openpgp = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    key_expires_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    @property
    def commitment(self) -> str:
        """What the audit trail holds of this row: everything that was approved."""
        where = (self.mail, self.language, self.country, self.answers_for, self.way, self.openpgp)
        return commitment(self.name, self.kind, *where, str(self.proposed_by_id))


class Notice(models.Model):
    """One notice or referral. `sealed` is the mail, to the service key, until it is in the outbox; `page` opens with a code alone.

    `commitment` is kept of what was sealed. `decision` and `redress` are codes, of POLICE_OUTCOMES for a referral.
    """

    name = models.CharField(max_length=32, unique=True)
    number = models.CharField(max_length=12, unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12)
    way = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    subject = models.CharField(max_length=200)
    sealed = models.BinaryField(default=b"")
    commitment = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    complicit = models.BooleanField(null=True)
    page = models.BinaryField(default=b"")
    page_digest = models.CharField(max_length=64, blank=True, db_index=True)
    page_until = models.DateTimeField(null=True)
    page_openings = models.PositiveSmallIntegerField(default=0)
    page_opened_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=20, blank=True)
    redress = models.CharField(max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "queued_at"], name="notices_by_state")]  # noqa: RUF012

    @property
    def key(self) -> str:
        """Its key in the outbox."""
        return f"notice/{self.name}"

    def committed(self) -> str:
        """What `commitment` is made of, before anything of it is emptied."""
        return commitment(self.name, self.number, self.kind, str(self.contact_id), bytes(self.sealed), bytes(self.page))


class NoticeLine(models.Model):
    """One address in a notice, under the notice's own reference."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, related_name="notice_lines")
    reference = models.CharField(max_length=16, unique=True)


class Escalation(models.Model):
    """What the clock proposes for an address that is still there. Only a person ends it: with a notice, or with a reason."""

    address = models.ForeignKey(CaseAddress, on_delete=models.PROTECT, related_name="escalations")
    after = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=12)
    proposed_at = models.DateTimeField()
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="+")
    declined = models.CharField(max_length=20, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["address", "after"], name="one_proposal_a_notice")
        ]
