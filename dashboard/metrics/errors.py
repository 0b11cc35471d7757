"""Counts what is logged as an error."""

import logging

from prometheus_client import Counter

ERRORS = Counter("gatehouse_errors", "Records of the logs with the level ERROR or above.", ["logger"])


class CountErrors(logging.Handler):
    """Count each error by its logger. Loggers are named in code, so their number has a bound."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one record."""
        ERRORS.labels(record.name.partition(":")[0][:60]).inc()
