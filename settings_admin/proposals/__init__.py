"""Proposals of entries: analysts propose, policy admins decide."""
