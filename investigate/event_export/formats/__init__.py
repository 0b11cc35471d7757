"""The lines that leave: the vendor's two log formats, the audit trail, and OCSF Email Activity."""
