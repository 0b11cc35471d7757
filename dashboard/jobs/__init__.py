"""Bulk jobs: one action on many messages. Each message is an item with an outcome of its own."""
