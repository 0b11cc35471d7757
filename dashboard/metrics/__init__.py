"""Metrics for Prometheus: counted in each process, and served by a process of its own."""
