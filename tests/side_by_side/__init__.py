"""Code of before and code of now on the same databases."""
