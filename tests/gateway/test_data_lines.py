"""The end of DATA and the dots before it, whatever parts the bytes arrive in."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.intake.data_lines import DataLines

LETTERS = st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n", b"\r\n."])


def read(sent, sizes):
    """Return the content, what follows it, how much was taken, and which length no line of the message passes."""
    lines, content, start, largest = DataLines(), b"", 0, 0
    for size in itertools.cycle(sizes):
        if start >= len(sent) or lines.rest is not None:
            break
        content += lines.feed(sent[start : start + size])
        start += size
        largest = max(largest, size)
    # A line within one part is not measured: it is shorter than its part.
    return content, lines.rest, start, max(lines.longest_line, largest)


def stuffed(message):
    """Return the message as a client sends it: a dot before each line that begins with one, and the end."""
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in message.split(b"\r\n"))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LETTERS, max_size=40), st.lists(st.integers(1, 5), min_size=40, max_size=80))
def test_a_message_arrives_as_it_was_sent_in_whatever_parts(letters, sizes):
    message = b"".join(letters)
    message = message if not message or message.endswith(b"\r\n") else message + b"\r\n"
    sent = stuffed(message) + b".\r\nQUIT\r\n"
    content, rest, taken, longest = read(sent, sizes)
    assert content == message
    assert rest + sent[taken:] == b"QUIT\r\n"
    assert longest >= max(map(len, stuffed(message).split(b"\r\n")[:-1]), default=0)


def test_only_the_right_line_ends_end_a_message():
    for smuggled in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"):
        content, rest, _, _ = read(b"a" + smuggled + b"MAIL FROM:<x@y.example>", [1, 3])
        assert rest is None
        assert content


def test_the_length_of_a_line_is_measured_over_parts():
    assert read(b"a" * 500 + b"\r\n" + b"b" * 70_000 + b"\r\n.\r\n", [300] * 300)[3] == 70_000
