"""The HTTP status with which a view ends the polling of an htmx fragment."""

STOP_POLLING = 286
"""HTTP status that ends htmx's polling. Source: htmx, "Polling"."""
