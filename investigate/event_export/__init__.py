"""Events out: what was found in mail and done to it, as lines and webhooks for other systems."""
