"""Pages and fragments of jobs."""
