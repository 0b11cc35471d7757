"""The registry of the functions that build samples, by sample name."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from gateway.samples.built import broken, dangerous, ordinary, pages, reports, user_reports

BUILT: Final[dict[str, Callable[[datetime], str]]] = {
    build.__name__: build
    for module in (dangerous, pages, ordinary, reports, user_reports, broken)
    for build in module.SAMPLES
}
