"""The history of policies: every change with before and after, and putting an entry back as it was."""
