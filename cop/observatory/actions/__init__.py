"""What changes rounds: one verb each, in one transaction with one entry in the audit trail."""
