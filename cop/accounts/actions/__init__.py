"""What changes people and rights: one verb, one transaction, one entry in the audit trail."""
