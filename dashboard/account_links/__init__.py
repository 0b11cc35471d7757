"""Which accounts may be in the hands of one person, so that approval counts people and not accounts."""
