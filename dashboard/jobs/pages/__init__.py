"""Pages and fragments for bulk jobs."""
