"""Searches on SQLite, on PostgreSQL and by notmuch's library, over the same mail, at sizes that grow."""
