"""A whole stack under load: analysts, arriving mail, a large job, a replay and digests at the same time."""
