"""Deletion of what is older than the operator wants to keep, in small slices, and never of what a legal hold names."""
