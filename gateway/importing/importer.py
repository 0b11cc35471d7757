"""Mail import: stores each message independently, so that a failure does not stop the import."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.pipeline import accept

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of importing one message. It is one line of the import report."""

    path: str
    sha256: str | None = None
    id: str | None = None
    disposition: str | None = None
    error: str | None = None
    created: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Summary:
    """Counts of an import's results."""

    stored: int = 0
    known: int = 0
    failed: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Imported) -> None:
        """Count one result."""
        if entry.error is not None:
            self.failed += 1
        elif entry.created:
            self.stored += 1
        else:
            self.known += 1
        if entry.disposition is not None:
            self.dispositions[entry.disposition] += 1


def import_all(found: Iterable[Found], *, keep_dates: bool) -> Iterator[Imported]:
    """Store each message once and yield its result.

    An interrupted import can be run again: messages that are stored already are not stored twice.
    """
    for source in found:
        if source.raw is None:
            yield Imported(source.label, error=source.error)
            continue
        digest = hashlib.sha256(source.raw).hexdigest()
        try:
            accepted = accept(
                source.raw,
                partial(imported_envelope, mail_from=source.mail_from),
                imported=True,
                keep_date=keep_dates,
            )
        except Exception as error:
            # Any error is reported for this message only, and the import continues with the next one.
            logger.warning("%s was not stored", source.label, exc_info=True)
            yield Imported(source.label, digest, error=f"not stored: {type(error).__name__}: {error}")
            continue
        message = accepted.message
        yield Imported(
            source.label, digest, message.investigate_id, message.final_disposition, created=accepted.created
        )
