"""One command that runs all of Gatehouse: Redis, web server, worker, beat, and what the gateway adds."""
