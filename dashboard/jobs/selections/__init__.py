"""Selections: the messages that a job is to act on, frozen as rows before the job starts."""
