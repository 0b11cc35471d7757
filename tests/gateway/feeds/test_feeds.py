"""Feeds: what lines are read, how a feed takes the place of another, and which mail it condemns."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from gateway.feeds import loading
from gateway.feeds.reading import NotReadable, entries, entry
from gateway.models import Feed, FeedEntry, Message
from tests.gateway.mails import mail, stored

SHA256 = "ab" * 32


def feed(tmp_path, *lines, name="list", more=()):
    path = tmp_path / "feed.txt"
    path.write_text("\n".join(lines))
    call_command("feeds", "load", name, str(path), *more, verbosity=0)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("evil.example", ("host", "evil.example")),
        ("https://Login.Evil.example:8443/a?b", ("host", "login.evil.example")),
        ("*.evil.example", ("host", "evil.example")),
        ("bücher.example", ("host", "xn--bcher-kva.example")),
        ("192.0.2.7", ("host", "192.0.2.7")),
        ("0.0.0.0 ads.example", ("host", "ads.example")),
        ('"evil.example","2026-01-01",phish', ("host", "evil.example")),
        ("Boss@Evil.example", ("address", "boss@evil.example")),
        (SHA256.upper(), ("hash", SHA256)),
        ("d41d8cd98f00b204e9800998ecf8427e", ("hash", "d41d8cd98f00b204e9800998ecf8427e")),
    ],
)
def test_lines_are_read(line, read):
    assert list(entries([line])) == [read]


@pytest.mark.parametrize("line", ["com", "co.uk", "docs.google.com", "bit.ly", "not a host", "@@", "x" * 9_000, ","])
def test_what_would_match_half_the_world_or_nothing_is_refused(line):
    (read,) = entries([line])
    assert isinstance(read, NotReadable)


def test_comments_and_empty_lines_are_left_out():
    assert list(entries(["# a", "", "  ", "; b", "! c", "// d", "\ufeff# e"])) == []
    assert entry("") is None


@pytest.mark.parametrize(
    ("line", "letter", "told"),
    [
        ("evil.example", {"body": "https://a.b.evil.example/x"}, "The host of a link evil[dot]example"),
        ("evil.example", {"sender": "A <a@mail.evil.example>"}, "The domain of the sender evil[dot]example"),
        ("boss@evil.example", {"sender": "A <Boss@Evil.example>"}, "The sender boss@evil[dot]example"),
        ("evil.example", {"extra": "Reply-To: x@evil.example"}, "The domain of the reply address"),
    ],
)
def test_mail_that_a_feed_names_is_malicious_and_says_which_feed(tmp_path, mailboxes, line, letter, told):
    feed(tmp_path, line, name="Partners", more=["--dated", "2026-11-01"])
    message = stored(**letter)
    assert message.final_disposition == "MALICIOUS"
    assert message.is_quarantined
    assert any(told in one and 'in the feed "Partners" of 2026-11-01' in one for one in message.detection_reasons)


def test_a_host_beside_a_named_one_and_its_parent_are_not_meant(tmp_path, mailboxes):
    feed(tmp_path, "login.shop.example")
    for body in ("https://shop.example/", "https://notlogin.shop.example/", "https://login.shop.example.test/"):
        assert stored(body=body).final_disposition != "MALICIOUS"


def test_a_file_is_known_by_its_hash(tmp_path, mailboxes, client):
    raw = mail(body="x", extra="X: y").replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: application/pdf"
    )
    message = stored(raw)
    (attachment,) = client.investigate.detections.get(message.investigate_id).attachments
    feed(tmp_path, attachment.sha256)
    assert stored(raw).final_disposition == "MALICIOUS"


def test_a_new_loading_takes_the_place_of_the_earlier_one(tmp_path, mailboxes):
    feed(tmp_path, "evil.example")
    feed(tmp_path, "worse.example")
    assert stored(body="https://evil.example/").final_disposition == "NONE"
    assert stored(body="https://worse.example/").final_disposition == "MALICIOUS"
    assert Feed.objects.using("gateway").count() == FeedEntry.objects.using("gateway").count() == 1


@pytest.mark.parametrize("lines", [[], ["# nothing"], ["com", "???"]])
def test_a_file_without_entries_leaves_the_earlier_feed(tmp_path, mailboxes, lines):
    feed(tmp_path, "evil.example")
    with pytest.raises(CommandError, match="no line of it could be read"):
        feed(tmp_path, *lines)
    assert stored(body="https://evil.example/").final_disposition == "MALICIOUS"


def test_a_loading_that_dies_changes_nothing_and_is_cleaned_up_by_the_next(tmp_path, mailboxes):
    feed(tmp_path, "evil.example")

    def dying():
        yield from (f"h{number}.example" for number in range(loading.AT_ONCE))
        raise KeyboardInterrupt

    # What a killed process leaves: an inactive loading with entries.
    account_id = Feed.objects.using("gateway").get().account_id
    left = Feed.objects.using("gateway").create(
        account_id=account_id, name="list", dated="2026-01-01", loaded_at="2026-01-01T00:00Z"
    )
    FeedEntry.objects.using("gateway").create(feed=left, kind="host", value="half.example")
    assert stored(body="https://half.example/").final_disposition == "NONE"
    with pytest.raises(KeyboardInterrupt):
        loading.load(dying(), account_id=left.account_id, name="list", dated=left.dated)
    assert stored(body="https://evil.example/").final_disposition == "MALICIOUS"
    assert set(FeedEntry.objects.using("gateway").values_list("value", flat=True)) == {"evil.example"}


def test_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "MOST", 2)
    with pytest.raises(CommandError, match="more than 2 entries"):
        feed(tmp_path, "a.example", "b.example", "c.example")


def test_feeds_that_can_not_be_asked_are_never_fine(monkeypatch, mailboxes):
    class Broken:
        def using(self, _name):
            raise DatabaseError("no such table")

    monkeypatch.setattr(FeedEntry, "objects", Broken())
    with pytest.raises(DatabaseError):
        stored()
    assert not Message.objects.using("gateway").exists()


def test_feeds_are_listed_looked_up_and_removed(tmp_path, capsys):
    feed(tmp_path, "evil.example", "nonsense")
    told = capsys.readouterr()
    assert "1 entries, 1 lines could not be used" in told.out
    call_command("feeds", "list")
    call_command("feeds", "look", "https://evil.example/x")
    call_command("feeds", "look", "good.example")
    call_command("feeds", "remove", "list")
    told = capsys.readouterr().out
    assert "list: 1 entries of" in told
    assert "host evil.example: list of" in told
    assert "host good.example: in no feed" in told
    with pytest.raises(CommandError, match="no feed list"):
        call_command("feeds", "remove", "list")
