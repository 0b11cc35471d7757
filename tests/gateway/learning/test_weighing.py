"""What was learnt is asked last: it adds to what the rules leave alone, and never touches what is graver than SPAM."""

import pytest

from gateway.detect.learnt import HARMLESS, UNWANTED
from gateway.detect.verdict import BULK, MALICIOUS, NONE, SPAM, SUSPICIOUS, Finding
from gateway.detect.weigh import weigh


def found(name, detection, score):
    return Finding(name, detection, score, name)


READS_HARMLESS = found(HARMLESS, NONE, 0.3)
HINTS = [found("a", MALICIOUS, 0.45), found("b", SPAM, 0.66)]


@pytest.mark.parametrize(
    ("rules", "opinion", "disposition"),
    [
        ([], found(UNWANTED, SPAM, 0.79), NONE),
        ([], found(UNWANTED, SPAM, 0.81), SPAM),
        ([], found(UNWANTED, SUSPICIOUS, 0.6), SUSPICIOUS),
        ([found("a", SUSPICIOUS, 0.4)], found(UNWANTED, SPAM, 0.7), SPAM),
        ([found("a", BULK, 0.5)], found(UNWANTED, SPAM, 0.2), BULK),
        ([found("a", MALICIOUS, 0.9)], found(UNWANTED, SPAM, 0.9), MALICIOUS),
        ([found("a", SPAM, 0.8)], READS_HARMLESS, NONE),
        ([found("a", MALICIOUS, 0.9)], READS_HARMLESS, MALICIOUS),
        (HINTS, READS_HARMLESS, MALICIOUS),
    ],
)
def test_the_opinion_is_asked_last(rules, opinion, disposition):
    assert weigh([*rules, opinion]).disposition == disposition
    if opinion is READS_HARMLESS and disposition == MALICIOUS:
        assert weigh(rules).disposition == MALICIOUS
