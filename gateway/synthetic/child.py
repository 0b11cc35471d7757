"""Set-up of the child processes that store synthetic mail.

This module imports no models, because importing models requires `django.setup()`.
"""

import gc

import django


def prepare() -> None:
    """Set up Django in a child process and turn off garbage collection.

    The objects live as long as their chunk, so searching for reference cycles among them only costs time.
    """
    django.setup()
    gc.disable()
