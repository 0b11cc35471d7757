"""Trying an entry on mail that has come already: whom it would have touched, and what it would have let through."""
