"""Blocked senders, kept through the API: filters, patterns and their refusals."""

import pytest

from api_client import BadRequest, Conflict, NotFound
from gateway.models import BlockedSender
from tests.gateway.settings.answers import pointers, result


def block(client, pattern, kind="EMAIL", *, regex=False, comments=None):
    return client.settings.block_senders.create(pattern=pattern, pattern_type=kind, is_regex=regex, comments=comments)


def patterns(entries):
    return [entry.pattern for entry in entries]


def test_the_client_creates_edits_and_deletes(client):
    made = block(client, "evil@bad.example", comments="note")
    edited = client.settings.block_senders.edit(made.id, pattern="worse@bad.example")
    assert (edited.pattern, edited.comments, edited.created_at) == ("worse@bad.example", "note", made.created_at)
    assert client.settings.block_senders.edit(made.id, comments=None).comments is None
    assert client.settings.block_senders.delete(made.id) == made.id
    with pytest.raises(NotFound):
        client.settings.block_senders.get(made.id)


def test_the_client_reads_every_page_and_batches(client):
    gone, patched, put = (block(client, f"{name}@bad.example") for name in ("gone", "patch", "put"))
    done = client.settings.block_senders.batch(
        deletes=[gone.id],
        patches=[{"id": patched.id, "comments": "new"}],
        puts=[{"id": put.id, "pattern": "gone@bad.example", "pattern_type": "EMAIL", "is_regex": False}],
        posts=[{"pattern": "put@bad.example", "pattern_type": "EMAIL", "is_regex": False}],
    )
    assert done.deletes == [gone.id]
    assert patterns(done.patches + done.puts + done.posts) == [
        "patch@bad.example",
        "gone@bad.example",
        "put@bad.example",
    ]
    assert list(client.settings.block_senders.iterate(per_page=1, direction="asc")) == [
        *done.patches,
        *done.puts,
        *done.posts,
    ]


def test_what_is_created_is_read_back(client):
    made = block(client, "evil@bad.example", comments="from the incident in May")
    assert client.settings.block_senders.get(made.id) == made
    assert made.created_at == made.modified_at == made.last_modified
    assert (made.pattern_type, made.is_regex, made.comments) == ("EMAIL", False, "from the incident in May")


def test_lists_are_searched_and_filtered(client):
    block(client, "one@bad.example", comments="Phishing kit")
    block(client, "bad.example", "DOMAIN")
    block(client, "203.0.113.0/24", "IP")
    listed = client.settings.block_senders.list
    assert patterns(listed(search="phishing").items) == ["one@bad.example"]
    assert patterns(listed(search="BAD.EXAMPLE", order="pattern").items) == ["bad.example", "one@bad.example"]
    assert listed(search="100%").items == []
    assert patterns(listed(pattern="Bad.Example").items) == ["bad.example"]
    assert patterns(listed(pattern_type="IP").items) == ["203.0.113.0/24"]
    assert listed(pattern_type="UNKNOWN").items == []


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("", "EMAIL"),
        ("nobody", "EMAIL"),
        ("a b@c.example", "EMAIL"),
        ("a@localhost", "EMAIL"),
        ("bad", "DOMAIN"),
        ("*.bad.example", "DOMAIN"),
        (" bad.example", "DOMAIN"),
        ("bad..example", "DOMAIN"),
        ("203.0.113.9", "DOMAIN"),
        ("bad.example", "IP"),
        ("203.0.113.0/33", "IP"),
        ("10.1.2.3", "IP"),
        ("172.16.0.0/30", "IP"),
        ("192.168.1.0/24", "IP"),
        ("127.0.0.1", "IP"),
        ("169.254.7.7", "IP"),
        ("0.0.0.0", "IP"),
        ("0.0.0.0/0", "IP"),
        ("8.0.0.0/6", "IP"),
        ("255.255.255.255", "IP"),
        ("::", "IP"),
        ("::1", "IP"),
        ("fd00::/8", "IP"),
        ("fe80::1", "IP"),
        ("::ffff:10.1.2.3", "IP"),
        ("::ffff:127.0.0.1/128", "IP"),
        ("x" * 1025, "EMAIL"),
    ],
)
def test_bad_patterns_are_refused_at_their_place(settings_http, pattern, kind):
    body = {"pattern": pattern, "pattern_type": kind, "is_regex": False}
    assert pointers(settings_http.post("block_senders", json=body)) == ["/pattern"]
    assert not BlockedSender.objects.using("gateway").exists()


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(evil", "missing ) at character 1"),
        ("evil[z-a]", "invalid character class range at character 6 (z-a)"),
        ("a(?=b)", "invalid perl operator at character 2"),
        (r"(a)\1", "invalid escape sequence at character 4"),
    ],
)
def test_expressions_that_re2_does_not_take_are_refused_with_their_place(client, expression, said):
    with pytest.raises(BadRequest) as refused:
        block(client, expression, regex=True)
    assert said in refused.value.errors[0].message
    assert refused.value.errors[0].pointer == "/pattern"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"pattern": "a@b.example", "pattern_type": "UNKNOWN", "is_regex": False}, "/pattern_type"),
        ({"pattern": "a@b.example", "pattern_type": "email", "is_regex": False}, "/pattern_type"),
        ({"pattern": "a@b.example", "pattern_type": "EMAIL"}, "/is_regex"),
        ({"pattern": "a@b.example", "pattern_type": "EMAIL", "is_regex": "false"}, "/is_regex"),
        ({"pattern": None, "pattern_type": "EMAIL", "is_regex": False}, "/pattern"),
        ({"pattern": "a@b.example", "pattern_type": "EMAIL", "is_regex": False, "comments": 7}, "/comments"),
    ],
)
def test_bad_fields_are_refused_at_their_place(settings_http, body, pointer):
    assert pointers(settings_http.post("block_senders", json=body)) == [pointer]


def test_an_edit_is_checked_with_what_stays(client):
    made = block(client, "evil@bad.example")
    for edit in ({"pattern": "no address"}, {"pattern_type": "IP"}, {"pattern": "(", "is_regex": True}):
        with pytest.raises(BadRequest) as refused:
            client.settings.block_senders.edit(made.id, **edit)
        assert refused.value.errors[0].pointer == "/pattern"
    assert client.settings.block_senders.get(made.id) == made


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("evil@bad.example", "EVIL@Bad.Example", "EMAIL"),
        ("bad.example", "BAD.example.", "DOMAIN"),
        ("bücher.example", "xn--bcher-kva.example", "DOMAIN"),
        ("203.0.113.7", "203.0.113.7/32", "IP"),
        ("203.0.113.0/24", "::ffff:203.0.113.0/120", "IP"),
        ("2001:db8::/48", "2001:0db8:0000::/48", "IP"),
    ],
)
def test_the_same_pattern_in_another_spelling_is_a_duplicate(client, first, second, kind):
    block(client, first, kind)
    with pytest.raises(Conflict) as refused:
        block(client, second, kind)
    assert refused.value.errors[0].pointer == "/pattern"


def test_two_entries_can_swap_their_patterns(client):
    one, two = block(client, "one@bad.example"), block(client, "two@bad.example")
    done = client.settings.block_senders.batch(
        patches=[{"id": one.id, "pattern": two.pattern}, {"id": two.id, "pattern": one.pattern}]
    )
    assert patterns(done.patches) == ["two@bad.example", "one@bad.example"]


def test_a_batch_takes_a_thousand_of_each_and_no_more(settings_http, client):
    entry = {"pattern_type": "EMAIL", "is_regex": False}
    posts = [{"pattern": f"s{number}@bad.example"} | entry for number in range(1001)]
    body = {"deletes": [], "patches": [], "puts": [], "posts": posts}
    assert pointers(settings_http.post("block_senders/batch", json=body)) == ["/posts"]
    body["posts"] = posts[:1000]
    made = result(settings_http.post("block_senders/batch", json=body))["posts"]
    assert len(made) == 1000
    body = {"deletes": [{"id": entry["id"]} for entry in made], "patches": [], "puts": [], "posts": []}
    assert len(result(settings_http.post("block_senders/batch", json=body))["deletes"]) == 1000
    assert client.settings.block_senders.list().total_count == 0
