"""Load all sample messages: those stored as files and those built in code."""

from collections.abc import Iterator
from datetime import datetime

from gateway.samples.built import BUILT
from gateway.samples.dates import arrival_time
from gateway.samples.reading import FOLDER, read_file, read_text
from gateway.samples.sample import Journey, Sample
from gateway.samples.writing import write


def sample_messages(now: datetime) -> Iterator[Sample]:
    """Return every sample, oldest first, with arrival times within the 30 days before `now`, which is aware.

    The same `now` results in the same bytes.
    """
    sources = [read_file(path.stem) for path in sorted(FOLDER.glob("*.mail"))]
    sources += [read_text(name, build(now)) for name, build in BUILT.items()]
    samples = [_sample(journey, source, now) for journey, source in sources]
    return iter(sorted(samples, key=lambda sample: (sample.received_at, sample.name)))


def _sample(journey: Journey, source: str, now: datetime) -> Sample:
    received_at = arrival_time(now, journey.days, journey.at)
    return Sample(
        name=journey.name,
        kind=journey.kind,
        expected=journey.expected,
        mail_from=journey.mail_from,
        recipients=journey.recipients,
        received_at=received_at,
        raw=write(journey, source, now, received_at),
    )
