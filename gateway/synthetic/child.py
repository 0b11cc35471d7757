"""Sets up the processes that write synthetic mail. It imports no model: that would need the set-up to be done."""

import gc

import django


def prepare() -> None:
    """Set a child up. Its objects live as long as a chunk, so looking for cycles among them only takes time."""
    django.setup()
    gc.disable()
