"""Safe previews: a screenshot of a message, rendered by a sandboxed browser without network access."""
