"""Patterns as people write them: what each type takes, what an expression matches, and where one is wrong."""
