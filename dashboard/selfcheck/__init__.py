"""The self-check: a marked mail takes the whole way, and each step is timed."""
