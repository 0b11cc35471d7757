"""Validation and normalization of patterns: addresses, domains, IP networks and RE2 expressions."""
