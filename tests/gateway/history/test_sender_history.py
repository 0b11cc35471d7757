"""The history of senders: what counts, what is said, and what is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.authentication.configured import forget as forget_resolver
from gateway.delivery.ledger import DATABASE
from gateway.detect import Envelope
from gateway.history.asking import FLOOD_FROM, MATURE_FROM, forget
from gateway.models import Correspondence, Message, NameHistory, RecipientHour, SenderHistory
from gateway.pipeline import accept, judge_stored
from gateway.policies.outcome import Outcome
from gateway.rejudging.apply_verdict import apply_verdict
from gateway.retention.running import delete_old
from gateway.store import policy_cache
from gateway.store.raw_mail import read_raw
from tests.gateway.authentication.dns_server import serving
from tests.gateway.authentication.signing import mail
from tests.gateway.conftest import ACCOUNT
from tests.gateway.policy_rows import protect

ZONE = {
    "": {"NS": ["ns.example."]},
    **{
        domain: {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}
        for domain in ("partner.example", "new.example", "gmail.com", "acme.example")
    },
}


@pytest.fixture(autouse=True)
def domains(settings):
    """A protected domain, and a name server that lets 192.0.2.1 send for everybody."""
    protect("acme.example")
    forget()
    forget_resolver()
    with serving(ZONE) as server:
        settings.GATEWAY_DNS = server.address
        yield
    forget_resolver()
    policy_cache.forget()
    forget()


def arrives(
    sender: str = "Ann Archer <ann@partner.example>",
    to: str = "bo@acme.example",
    *,
    ip: str = "192.0.2.1",
    days: float = 0,
    subject: str = "Minutes",
) -> Message:
    raw = mail(from_=sender, to=to, subject=subject)
    address = sender.rpartition("<")[2].strip("<>")
    envelope = Envelope(address, (to,), ip, "mx.example", is_direct=True)
    return accept(raw, envelope, scanned_at=datetime.now(UTC) - timedelta(days=days)).message


def findings(message: Message) -> dict[str, str]:
    known = judge_stored(
        read_raw(message.raw),
        Envelope(message.envelope_from, tuple(message.client_recipients), message.smtp_helo_server_ip),
        account_id=message.account_id,
        stored=message,
    )
    return {one.name: one.reason for one in known.verdict.findings if one.name.startswith("history-")}


def make_mature() -> None:
    """Write the history of a larger office next door, old enough to tell what is new."""
    SenderHistory.objects.using(DATABASE).create(
        account_id=ACCOUNT,
        kind="address",
        key="desk@elsewhere.example",
        first_seen=datetime.now(UTC) - timedelta(days=20),
        last_seen=datetime.now(UTC),
        judged_clean=MATURE_FROM,
    )
    forget()


def row(key: str) -> SenderHistory:
    return SenderHistory.objects.using(DATABASE).get(key=key)


def test_a_stored_message_counts_once_in_all_tables():
    arrives()

    for key in ("ann@partner.example", "partner.example"):
        found = row(key)
        assert (found.messages, found.judged_clean, found.threats) == (1, 1, 0)
    assert NameHistory.objects.using(DATABASE).get().address == "ann@partner.example"
    assert Correspondence.objects.using(DATABASE).get().received == 1
    assert RecipientHour.objects.using(DATABASE).get().messages == 1


def test_what_is_not_proven_makes_no_good_history():
    for _time in range(5):
        arrives(ip="192.0.2.99")

    found = row("ann@partner.example")
    assert (found.messages, found.judged_clean, found.proven_first) == (5, 0, None)
    assert not NameHistory.objects.using(DATABASE).exists()
    assert not Correspondence.objects.using(DATABASE).exists()


def test_a_sender_with_a_good_record_is_said_to_have_one():
    for day in range(4, 0, -1):
        arrives(days=day)

    found = findings(arrives())

    assert "has sent 5 proven messages" in found["history-known-sender"]
    assert "history-known-sender" not in findings(arrives(ip="192.0.2.99")), "a forged From has no record"


def test_those_whom_ones_people_write_to_are_known():
    for week in range(6, 0, -1):
        arrives("Bo <bo@acme.example>", "ann@partner.example", days=7 * week)

    found = findings(arrives())["history-correspondent"]

    assert "Your people write to ann@partner[dot]example: 6 times since" in found
    assert "in 6 different weeks" in found
    assert "others at partner[dot]example" in findings(arrives("Eve <eve@partner.example>"))["history-correspondent"]


def test_an_own_address_that_is_not_proven_writes_to_nobody():
    arrives("Bo <bo@acme.example>", "ann@partner.example", ip="192.0.2.99")

    assert not Correspondence.objects.using(DATABASE).exists()


def test_a_name_that_writes_from_another_address_is_told():
    for day in range(5, 1, -1):
        arrives(days=day)

    found = findings(arrives("Ann Archer <ann.archer@gmail.com>"))["history-new-address"]

    assert found == '"Ann Archer" wrote from another address until now: ann@partner[dot]example.'
    assert "history-new-address" not in findings(arrives("Ann Archer <ann@mail.partner.example>")), "the same domain"
    assert "history-new-address" not in findings(arrives("Cy Cole <cy@gmail.com>"))


def test_a_young_history_does_not_say_what_is_new():
    arrives()

    assert "history-first-mail" not in findings(arrives("N <n@new.example>"))


def test_the_first_mail_of_a_domain_is_told_by_a_mature_history():
    arrives()
    make_mature()

    message = arrives("N <n@new.example>")

    assert findings(message)["history-first-mail"] == "This is the first mail ever from new[dot]example."
    assert message.final_disposition == "NONE", "it is never decisive alone"
    assert "history-first-mail" not in findings(arrives("N <n@new.example>"))
    assert "history-first-mail" not in findings(arrives())


def test_a_forged_mail_first_does_not_make_a_domain_known():
    arrives()
    make_mature()
    arrives("N <n@new.example>", ip="192.0.2.99", days=1)

    assert "was ever proven" in findings(arrives("N <n@new.example>"))["history-first-mail"]


def test_a_new_verdict_is_counted_instead():
    message = arrives()
    known = judge_stored(
        read_raw(message.raw), Envelope(message.envelope_from, ("bo@acme.example",)), account_id=message.account_id
    )
    worse = replace(known.verdict, disposition="MALICIOUS")
    apply_verdict(message, Outcome(worse, {}, frozenset({"bo@acme.example"})), releases=False)

    found = row("ann@partner.example")
    assert (found.messages, found.judged_clean, found.threats) == (1, 0, 1)


def test_a_flood_against_the_recipients_median_is_told():
    first = arrives()
    hour = int(datetime.now(UTC).timestamp()) // 3600
    RecipientHour.objects.using(DATABASE).bulk_create(
        RecipientHour(account_id=first.account_id, recipient="bo@acme.example", hour=hour - ago, messages=2)
        for ago in range(1, 60)
    )
    RecipientHour.objects.using(DATABASE).filter(hour=hour).update(messages=FLOOD_FROM + 5)

    found = findings(arrives("N <n@new.example>", ip="192.0.2.99"))

    assert "an hour with mail has 2" in found["history-flood"]
    assert "history-flood" not in findings(arrives()), "somebody who is known"


def test_old_history_goes_with_the_mail(settings):
    settings.GATEWAY_MAIL_DAYS = 30
    arrives(days=40)
    arrives("N <n@new.example>", days=2)
    RecipientHour.objects.using(DATABASE).create(account_id="x", recipient="old@acme.example", hour=1, messages=1)

    delete_old()

    assert set(SenderHistory.objects.using(DATABASE).values_list("key", flat=True)) == {"n@new.example", "new.example"}
    assert not NameHistory.objects.using(DATABASE).exists()
    assert not RecipientHour.objects.using(DATABASE).filter(recipient="old@acme.example").exists()


def test_a_message_to_many_keeps_a_bounded_history():
    recipients = tuple(f"p{number}@acme.example" for number in range(300))
    accept(
        mail(from_="Ann Archer <ann@partner.example>"),
        Envelope("ann@partner.example", recipients, "192.0.2.1", "mx.example", is_direct=True),
    )

    assert Correspondence.objects.using(DATABASE).count() == 50
    assert RecipientHour.objects.using(DATABASE).count() == 50
