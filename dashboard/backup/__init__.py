"""Backups of a whole installation: one archive of databases, raw mail, mailboxes and keys, and its restore."""
