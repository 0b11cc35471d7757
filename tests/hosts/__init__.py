"""Gatehouse on several hosts: network namespaces, a bridge between them, and two of them lost in the middle of work."""
