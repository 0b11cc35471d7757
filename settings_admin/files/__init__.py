"""Policies as CSV files, in the formats of the dashboard."""
