"""Reads the mail that the team decided on, and makes of it what `gateway.learning` learns."""
