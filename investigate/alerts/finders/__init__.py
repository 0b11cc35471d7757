"""What alerts look for: one file for each kind."""
