"""The sample mail: what it consists of, and that it is judged as intended."""

import io
import ipaddress
import zipfile
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from gateway.detect import Context, Envelope, Verdict, judge
from gateway.mail.domains import domain_of
from gateway.mail.message import ParsedMessage
from gateway.mail.parser import parse
from gateway.mail.parts import attachment_bytes
from gateway.samples import SAMPLE_POLICY, Sample, sample_messages

NOW = datetime(2026, 3, 14, 15, 9, 26, 535_897, tzinfo=UTC)
SAMPLES = {sample.name: sample for sample in sample_messages(NOW)}
PARSED = {
    name: parse(sample.raw, trusted_authserv_ids=SAMPLE_POLICY.trusted_authserv_ids) for name, sample in SAMPLES.items()
}
CONTEXT = Context(
    protected_domains=SAMPLE_POLICY.protected_domains, impersonation_registry=SAMPLE_POLICY.impersonation_registry
)
LANGUAGES = "English German French Spanish Italian Portuguese Japanese Chinese Arabic Russian Polish".split()
KINDS = [
    "invoice fraud", "CEO fraud with look-alike domain", "QR code lure", "HTML attachment", "encrypted archive",
    "macro document", "calendar spam", "newsletter", "receipt", "internal thread", "bounce", "DMARC report",
    "mailing list", "huge", "broken MIME", "hostile strings", "forwarded message", "embedded pictures",
    "many attachments", "extortion", "spoofed own domain", "campaign of one sender", "campaign of one kit",
    "report by a user",
    *(f"credential phishing, {language}" for language in LANGUAGES),
]  # fmt: skip
HELD = {"MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SPAM"}
RESERVED = ("example", "test", "invalid")
each_sample = pytest.mark.parametrize("name", sorted(SAMPLES))


def verdict(name: str) -> Verdict:
    sample = SAMPLES[name]
    return judge(PARSED[name], Envelope(sample.mail_from, sample.recipients), CONTEXT)


def test_there_are_enough_of_all_kinds() -> None:
    assert len(SAMPLES) >= 70
    kinds = " / ".join(sample.kind for sample in SAMPLES.values())
    for kind in KINDS:
        assert kind in kinds, kind


def test_analysts_have_something_to_do() -> None:
    expected = [sample.expected for sample in SAMPLES.values()]
    held = sum(disposition in HELD for disposition in expected)
    assert 20 <= held <= len(expected) * 0.45
    assert HELD | {"SUSPICIOUS", "BULK", "NONE"} == set(expected)
    assert sum(len(sample.recipients) >= 2 for sample in SAMPLES.values()) >= 10
    assert max(len(sample.recipients) for sample in SAMPLES.values()) == 12


@each_sample
def test_it_is_judged_as_intended(name: str) -> None:
    found = verdict(name)
    assert found.disposition == SAMPLES[name].expected, found.trace


@each_sample
def test_it_can_be_read(name: str) -> None:
    message = PARSED[name]
    assert not any("could not be read in full" in defect for defect in message.defects)
    assert message.sent_at is not None
    assert domain_of(message.from_address).endswith(RESERVED)
    assert len(message.received) >= 2
    assert message.size == len(SAMPLES[name].raw)
    broken = any(word in SAMPLES[name].kind for word in ("broken", "nesting"))
    assert bool(message.defects) == broken, message.defects


@each_sample
def test_it_leads_nowhere(name: str) -> None:
    for link in PARSED[name].links:
        host = urlsplit(link.href if "://" in link.href else "//" + link.href).hostname or ""
        assert link.href.startswith("mailto:") or host.endswith(RESERVED) or is_for_documentation(host), link.href


def is_for_documentation(host: str) -> bool:
    blocks = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    return any(ipaddress.ip_address(host) in ipaddress.ip_network(block) for block in blocks)


@each_sample
def test_it_is_written_to_the_company(name: str) -> None:
    assert all(domain_of(recipient) == "acme.example" for recipient in SAMPLES[name].recipients)


def test_every_message_has_an_id_of_its_own() -> None:
    ids = [message.message_id for message in PARSED.values()]
    assert len(set(ids)) == len(ids)
    assert all(identifier.startswith("<") and identifier.endswith(".example>") for identifier in ids)


def test_answers_point_at_the_messages_that_they_answer() -> None:
    assert PARSED["thread_budget_2"].header("in-reply-to") == PARSED["thread_budget_1"].message_id
    assert PARSED["thread_budget_2"].message_id in PARSED["thread_budget_3"].header("references")


@pytest.mark.parametrize(
    "now",
    [NOW, datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
     datetime(2026, 7, 1, 3, 30, tzinfo=UTC)],
)  # fmt: skip
def test_they_spread_over_the_thirty_days_before_now(now: datetime) -> None:
    samples = list(sample_messages(now))
    moments = [sample.received_at for sample in samples]
    assert moments == sorted(moments)
    assert now - timedelta(days=30) <= moments[0] < now - timedelta(days=28)
    assert now - timedelta(hours=2) < moments[-1] <= now
    assert len({moment.date() for moment in moments}) >= 28
    for sample in samples:
        message = parse(sample.raw)
        assert message.newest_received_at == sample.received_at.replace(microsecond=0)
        assert message.sent_at is not None
        assert message.sent_at <= sample.received_at


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert [sample.raw for sample in sample_messages(NOW)] == [sample.raw for sample in SAMPLES.values()]


def test_no_placeholder_is_left_over() -> None:
    for sample in SAMPLES.values():
        assert b"{{" not in sample.raw.replace(b"{{7*7}}", b""), sample.name


def test_lines_end_as_mail_wants_it() -> None:
    for sample in SAMPLES.values():
        assert sample.raw.count(b"\n") == sample.raw.count(b"\r\n"), sample.name


def test_charsets_are_what_they_say() -> None:
    def text(name: str) -> str:
        message: ParsedMessage = PARSED[name]
        return message.subject + message.from_name + (message.html_text or message.text)

    assert "アカウントがロックされました" in text("account_japanese")
    assert "尊敬的用户" in text("mailbox_chinese")
    assert "Уважаемый пользователь" in text("account_russian")
    assert "いつもお世話になっております" in text("business_japanese")
    assert "Tomás Ortega" in PARSED["thread_budget_1"].from_name


def test_files_are_what_the_kind_says() -> None:
    assert PARSED["qr_code_lure"].attachments[0].detected_type == "image/png"
    assert PARSED["encrypted_archive"].attachments[0].encrypted
    assert "macro" in PARSED["macro_document"].attachments[0].features
    assert len([entry for entry in PARSED["many_kinds_of_files"].attachments if entry.container is None]) == 8
    assert PARSED["huge_attachment"].size > 1_000_000
    assert len(PARSED["many_small_parts"].attachments) == 120
    assert PARSED["forwarded_as_attachment"].attachments[0].is_message
    assert any(name.endswith(".xml") for name in PARSED["dmarc_report_gzip"].attachments[0].children)


def test_the_encrypted_archive_opens_with_its_password() -> None:
    data = attachment_bytes(SAMPLES["encrypted_archive"].raw, 0)
    assert data is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("Statement.txt", pwd=b"2207") == b"This is sample data and no malware.\n"
        with pytest.raises(RuntimeError, match="Bad password"):
            archive.read("Statement.txt", pwd=b"2208")


def test_a_sample_says_what_it_is() -> None:
    sample: Sample = SAMPLES["ceo_fraud_lookalike"]
    assert sample.mail_from == "anna.weber@acrne.example"
    assert sample.recipients == ("tomas.ortega@acme.example",)
    assert "acrne[dot]example" in " ".join(verdict(sample.name).reasons)
