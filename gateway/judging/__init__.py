"""Judges mail in files without storing it, and measures verdicts on mail whose labels are known (`manage.py judge`)."""
