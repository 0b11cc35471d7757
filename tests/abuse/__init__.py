"""`make abuse`: what strangers may do to a running stack, all at once, while an analyst works."""
