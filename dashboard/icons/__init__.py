"""Icons of the package heroicons, sent once as a file of symbols instead of with each page."""
