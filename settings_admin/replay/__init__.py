"""Replays: test a policy entry on past mail, and show which messages it would have stopped or let through."""
