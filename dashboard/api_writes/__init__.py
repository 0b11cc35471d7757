"""Writes that API tokens asked for and that wait for a second person: listed, approved and refused, over the API."""
