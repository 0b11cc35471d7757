"""Change history of policies: every change with the entry before and after it, for review and restoring."""
