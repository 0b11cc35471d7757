"""Automations: when something happens to a message that a search would find, do something about it."""
