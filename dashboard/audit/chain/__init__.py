"""The hash chain over the audit trail: canonical form, sealing, database triggers, verification and erasure."""
