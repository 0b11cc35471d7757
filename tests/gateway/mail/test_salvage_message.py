"""What is left of a message that can't be read."""

from gateway.mail.salvage import salvage


def test_it_keeps_every_sender() -> None:
    found = salvage(b"From: Ann <ann@a.example>, eve@e.example\nFrom: bob@b.example\nSubject: s\n\nx", "broken")
    assert found.from_addresses == ("ann@a.example", "eve@e.example", "bob@b.example")
    assert (found.subject, found.unread) == ("s", ("broken",))
