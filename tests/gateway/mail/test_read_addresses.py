"""Reading address fields by the grammar of RFC 5322, and as mailers bend it."""

import pytest

from gateway.mail import limits
from gateway.mail.addresses import parse_addresses
from gateway.mail.parser import parse
from gateway.mail.same_mailbox import distinct


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("ann(the boss)@(at)a.example (Ann)", [("the boss at Ann", "ann@a.example")]),
        ("Ann <(x)ann@a.example(y)>", [("Ann", "ann@a.example")]),
        ("Ann <@relay.example,@b.example:ann@a.example>", [("Ann", "ann@a.example")]),
        ('"ann"@a.example', [("", "ann@a.example")]),
        ('"ann lee"@a.example', [("", '"ann lee"@a.example')]),
        ('"boss@b.example"@a.example', [("", '"boss@b.example"@a.example')]),
        ("ann@[IPv6:2001:db8::7]", [("", "ann@[IPv6:2001:db8::7]")]),
        ("ann @ a.example", [("", "ann@a.example")]),
        ("ann@a.example; bob@b.example", [("", "ann@a.example"), ("", "bob@b.example")]),
        ("ann@a.example bob@b.example", [("", "ann@a.example"), ("", "bob@b.example")]),
        ("ann@a.example,, bob@b.example,", [("", "ann@a.example"), ("", "bob@b.example")]),
        ("Team: Ann <ann@a.example>, bob@b.example;", [("Ann", "ann@a.example"), ("", "bob@b.example")]),
        ("undisclosed-recipients:;", []),
        ('"Ann" <ann@a.example> <eve@e.example>', [("Ann", "ann@a.example"), ("", "eve@e.example")]),
        ("<ann@a.example> Ann", [("Ann", "ann@a.example")]),
        ("<ann@a.example, bob@b.example>", [("", "ann@a.example"), ("", "bob@b.example")]),
        ("Ann <>", [("Ann", "")]),
        ("<>", []),
        ("Ann <mailto:ann@a.example>", [("Ann", "ann@a.example")]),
        ("'ann@a.example' <ann@a.example>", [("ann@a.example", "ann@a.example")]),
        ("'ann@a.example'", [("", "ann@a.example")]),
        ('"ann@a.example"', [("", "ann@a.example")]),
        ('"Ann" ann@a.example', [("Ann", "ann@a.example")]),
        ("@a.example", [("@a.example", "")]),
        ('"Ann <ann@a.example>', [("Ann", "ann@a.example")]),
        ("Ann (boss <ann@a.example>", [("Ann (boss", "ann@a.example")]),
        ('"Ann \\"B\\" Lee" <ann@a.example>', [('Ann "B" Lee', "ann@a.example")]),
        ("=?utf-8?Q?Lee,_Ann_<b@b.example>?= <ann@a.example>", [("Lee, Ann <b@b.example>", "ann@a.example")]),
        ("=?utf-8?Q?bob=40b.example?=", [("bob@b.example", "")]),
        ("=?utf-8?B?Ym9iQGIuZXhhbXBsZQ==?= <ann@a.example>", [("bob@b.example", "ann@a.example")]),
    ],
)  # fmt: skip
def test_it_reads_an_address_field(field: str, found: list[tuple[str, str]]) -> None:
    assert [(mailbox.name, mailbox.address) for mailbox in parse_addresses(field.encode())] == found


def test_an_encoded_word_is_never_the_address() -> None:
    found = parse(b"From: =?utf-8?B?Ym9iQGIuZXhhbXBsZQ==?=\n\n")
    assert (found.from_address, found.senders) == ("", ())


@pytest.mark.parametrize(
    "fields",
    [
        b"From: Ann <ann@a.example>, Eve <eve@e.example>",
        b"From: Ann <ann@a.example>\nFrom: Eve <eve@e.example>",
        b'From: "Ann" <ann@a.example> <eve@e.example>',
    ],
)
def test_it_keeps_every_sender(fields: bytes) -> None:
    found = parse(fields + b"\n\n")
    assert found.from_addresses == ("ann@a.example", "eve@e.example")
    assert (found.from_name, found.from_address) == ("Ann", "ann@a.example")


def test_one_sender_in_two_spellings_is_one() -> None:
    assert parse(b"From: Ann@a.example., ann@A.example\n\n").from_addresses == ("Ann@a.example.",)


def test_it_keeps_all_recipients_of_a_long_field() -> None:
    people = [f"Person Number {number} <person{number}@staff.a.example>" for number in range(1_500)]
    found = parse(f"To: {', '.join(people)}\r\nSubject: all\r\n\r\nx".encode())
    assert len(found.to) == 1_500
    assert found.to[-1].address == "person1499@staff.a.example"
    assert (found.defects, found.unread) == ((), ())


def test_it_says_that_a_field_has_too_many_addresses() -> None:
    found = parse(b"To: " + b"a@b.example," * (limits.MAILBOXES + 1) + b"\n\n")
    assert len(found.to) == limits.MAILBOXES
    assert found.unread == ("The field to has too many addresses: not all were read.",)


def test_spellings_of_one_mailbox_are_one() -> None:
    assert distinct(["Ann@a.example", "ann@A.EXAMPLE", '"ann"@a.example', "bob@a.example", "ann@a.example."]) == (
        "Ann@a.example",
        "bob@a.example",
    )
    assert distinct(["x@bücher.example", "x@xn--bcher-kva.example"]) == ("x@bücher.example",)
    assert distinct(["postmaster", "Postmaster"]) == ("postmaster",)
