"""The weekly report: one page of the figures of a week, by mail and as PDF, for whoever does not sign in."""
