"""Entries of policies: reading them, changing them, and the forms for both."""
