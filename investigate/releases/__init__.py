"""Release watch: what became of messages after they were released, and what went wrong, for whoever released them."""
