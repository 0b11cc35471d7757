"""Hands mail on to another server by SMTP (RFC 5321) or LMTP (RFC 2033)."""
