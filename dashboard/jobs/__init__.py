"""Bulk jobs: one action on many messages, item by item, with an outcome for each."""
