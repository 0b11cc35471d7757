"""The connection: which API, with which rights, and how the parts of the console are."""
