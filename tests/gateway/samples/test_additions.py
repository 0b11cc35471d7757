"""Nothing that a stranger can add to a mail that is held gets it delivered: what can't be read is held as well.

What is slow reads and judges each held sample with each addition, some of which take the reader all of its time.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gateway.detect import Context, Envelope
from gateway.mail.parser import parse
from gateway.pipeline import evaluate
from gateway.policies.compiled_policy import Policy
from gateway.samples import SAMPLE_POLICY, sample_messages

NOW = datetime(2026, 3, 14, 15, 9, 26, 535_897, tzinfo=UTC)
POLICY = Policy(
    context=Context(
        protected_domains=SAMPLE_POLICY.protected_domains, impersonation_registry=SAMPLE_POLICY.impersonation_registry
    )
)
HELD = {"MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SPAM"}
SAMPLES = {sample.name: sample for sample in sample_messages(NOW) if sample.expected in HELD}
HARMLESS = b"The minutes of the meeting follow below, and the weather was fine all week. "

Addition = Callable[[bytes], bytes]


def split(raw: bytes) -> tuple[list[bytes], bytes]:
    """Return the header fields, each with its folded lines, and the body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields, body


def with_fields(*added: bytes) -> Addition:
    """Add header fields above those of the sample."""
    return lambda raw: b"".join(field + b"\r\n" for field in added) + raw


def with_parts(*added: bytes, kind: bytes = b"mixed") -> Addition:
    """Put parts before the sample's own body, as a multipart."""

    def change(raw: bytes) -> bytes:
        fields, body = split(raw)
        own = [field for field in fields if field.lower().startswith(b"content-")]
        others = [field for field in fields if not field.lower().startswith((b"content-", b"mime-version"))]
        head = [*others, b"MIME-Version: 1.0", b"Content-Type: multipart/" + kind + b'; boundary="added"']
        parts = [*added, b"\r\n".join(own) + b"\r\n\r\n" + body]
        return (
            b"\r\n".join(head)
            + b"\r\n\r\n"
            + b"".join(b"--added\r\n" + part + b"\r\n" for part in parts)
            + b"--added--\r\n"
        )

    return change


def nested(depth: int) -> Addition:
    """Put the sample's body into so many multiparts, each in the other."""

    def change(raw: bytes) -> bytes:
        fields, body = split(raw)
        own = [field for field in fields if field.lower().startswith(b"content-")]
        others = [field for field in fields if not field.lower().startswith((b"content-", b"mime-version"))]
        inner = b"\r\n".join(own) + b"\r\n\r\n" + body
        for level in range(depth):
            edge = f"level{level}".encode()
            kind = b'Content-Type: multipart/mixed; boundary="' + edge + b'"'
            inner = b"".join([kind, b"\r\n\r\n--", edge, b"\r\n", inner, b"\r\n--", edge, b"--\r\n"])
        return b"\r\n".join([*others, b"MIME-Version: 1.0"]) + b"\r\n" + inner

    return change


def html(content: bytes) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + content


def text(content: bytes) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + content


LINKS = b"".join(b'<a href="https://news%d.partner.test/%d">More</a> ' % (number % 40, number) for number in range(160))
MANY_LINKS = b"".join(b'<a href="https://news%d.partner.test/">More</a> ' % number for number in range(3_000))

ADDITIONS: dict[str, Addition] = {
    "nothing": lambda raw: raw,
    "parameters of blanks": with_parts(*[b"Content-Type: a/b" + b" " * 16_000 + b"=\r\n\r\nx"] * 5),
    "1,001 empty parts": with_parts(*[b"\r\n"] * 1_001),
    "1,001 parts of a word": with_parts(*[text(b"x")] * 1_001),
    "nested 25 deep": nested(25),
    "nested 90 deep": nested(90),
    "a comment of 1.1 MB": with_parts(html(b"<!--" + b"x" * 1_100_000 + b"-->")),
    "160 harmless links": with_parts(html(b"<p>Hello</p>" + LINKS)),
    "3,000 harmless links": with_parts(html(b"<p>Hello</p>" + MANY_LINKS)),
    "9,000 characters of harmless text": with_parts(text(HARMLESS * 120)),
    "9,000 characters of harmless HTML": with_parts(html(b"<p>" + HARMLESS * 120 + b"</p>")),
    "250,000 characters of harmless text": with_parts(text(HARMLESS * 3_400)),
    "a list": with_fields(b"List-Id: <news.partner.test>", b"List-Post: <mailto:news@partner.test>"),
    "a reply": with_fields(b"References: <1@acme.example>", b"In-Reply-To: <1@acme.example>"),
    "a mailing list's reply": with_fields(b"Mailing-List: contact x@partner.test", b"References: <1@acme.example>"),
    "Precedence: bulk": with_fields(b"Precedence: bulk", b"List-Unsubscribe: <https://partner.test/u>"),
    "2 MB of header": with_fields(*[b"X-Filler-%d: " % number + b"x" * 900 for number in range(2_200)]),
    "2,000 fields": with_fields(*[b"X-Filler-%d: x" % number for number in range(2_000)]),
    "a harmless alternative": with_parts(text(b"See you at noon."), kind=b"alternative"),
    "a delivery report": with_parts(text(b"It could not be delivered."), kind=b"report; report-type=delivery-status"),
    "60,000 nested elements": with_parts(html(b"<div>" * 60_000)),
    "a style sheet of 1 MB": with_parts(html(b"<style>" + b"p { color: red } " * 60_000 + b"</style><p>Hello</p>")),
    "an automatic report": with_fields(b"Auto-Submitted: auto-replied", b"Return-Path: <>"),
    "a long address field": with_fields(b"Resent-To: a@" + b":" * 15_000, b"Resent-Cc: " + b"(" * 15_000),
}


# Additions that take long, and of how many samples one is tried.
HEAVY = {"60,000 nested elements": 4, "3,000 harmless links": 2}


@pytest.mark.slow
@pytest.mark.parametrize("addition", ADDITIONS)
def test_a_held_sample_stays_held_whatever_is_added(addition: str) -> None:
    released = []
    for name, sample in list(SAMPLES.items())[:: HEAVY.get(addition, 1)]:
        raw = ADDITIONS[addition](sample.raw)
        parsed = parse(raw, trusted_authserv_ids=SAMPLE_POLICY.trusted_authserv_ids)
        outcome = evaluate(parsed, Envelope(sample.mail_from, sample.recipients), POLICY)
        if not outcome.held:
            released.append(f"{name}: {outcome.verdict.disposition}")
    assert released == []


def test_there_are_samples_to_try() -> None:
    assert len(SAMPLES) >= 20
