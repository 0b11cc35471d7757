"""Fragments that poll: a page asks for one again and again until its answer ends the polling."""

STOP_POLLING = 286
"""The HTTP status that ends htmx's polling. Source: htmx, "Polling"."""
