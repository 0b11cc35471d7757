"""Feeds as files: hosts, addresses and hashes that others found to be harmful, matched with mail that arrives."""
