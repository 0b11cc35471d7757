"""Structured logs: one JSON object a line, with the request's id and without mail, tokens, links and passwords."""
