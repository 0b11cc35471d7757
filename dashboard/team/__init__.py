"""The team: who may sign in, and as what."""
