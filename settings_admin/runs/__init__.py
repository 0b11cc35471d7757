"""Changing many entries at once: planned line by line, carried out by the worker, undone from before-images."""
