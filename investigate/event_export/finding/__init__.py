"""Finds events: in searches of the API, in action logs, and in the console's own rows."""
