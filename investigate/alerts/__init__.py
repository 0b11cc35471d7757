"""Alerts: new matches of a saved search, and what the team should know, told by mail or to a webhook."""
