"""Connection page: the API in use, the rights of its token, and the health of worker, queue, databases and disk."""
