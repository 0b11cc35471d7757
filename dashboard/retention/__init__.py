"""Retention of the console: rows that are older than the operator keeps them are deleted in small slices."""
