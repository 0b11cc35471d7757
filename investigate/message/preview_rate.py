"""How many previews a person may ask for in a minute, so that nobody keeps the renderer from the others."""

import time

from django.conf import settings
from django.core.cache import cache

_MINUTE = 60


def seconds_to_wait(user_id: int) -> int:
    """Count a preview that a person asks for. Return 0, or in how many seconds they may ask again.

    Where the cache can't be reached, nobody has to wait: without Redis there are no previews to draw either.
    """
    now = time.time()
    key = f"previews:{user_id}:{int(now // _MINUTE)}"
    try:
        cache.add(key, 0, timeout=2 * _MINUTE)
        asked = cache.incr(key)
    except (OSError, ValueError):
        return 0
    return 0 if asked <= settings.GATEHOUSE_PREVIEWS_PER_MINUTE else int(_MINUTE - now % _MINUTE) + 1
