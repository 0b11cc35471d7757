"""Policy entries: reading them from the API, changing them, and their forms."""
