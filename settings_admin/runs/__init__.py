"""Runs: bulk changes of entries, planned line by line, applied by the worker, and undone from before-images."""
