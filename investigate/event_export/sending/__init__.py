"""Sends events: signed webhooks, NDJSON by HTTPS and in files, and syslog over TLS."""
