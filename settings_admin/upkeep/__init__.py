"""Upkeep of policies: who owns an entry, how it is used, when it expires, and which entries are in each other's way."""
