"""URL ignore patterns: the links of the next message that are left alone."""

from gateway.store.message_detail import Detail
from tests.gateway.mails import stored
from tests.gateway.settings.answers import pointers, trace_of

LINK = "http://203.0.113.9/offer"


def with_links(*links):
    message = stored(body="See\r\n" + "\r\n".join(links))
    detail = Detail.unpacked(message.detail.payload)
    return message, [finding["value"] for finding in detail.findings if finding["name"] == "ip-link"], detail


def test_the_client_creates_edits_and_deletes(client):
    made = client.settings.url_ignore_patterns.create(pattern=r"https://news\.example/.*", comments="newsletter")
    edited = client.settings.url_ignore_patterns.edit(made.id, comments=None)
    assert (edited.pattern, edited.comments) == (made.pattern, None)
    assert client.settings.url_ignore_patterns.list().items == [edited]
    assert list(client.settings.url_ignore_patterns.iterate()) == [edited]
    assert client.settings.url_ignore_patterns.get(made.id) == edited
    assert client.settings.url_ignore_patterns.delete(made.id) == made.id


def test_an_expression_is_refused_with_its_place(settings_http):
    answer = settings_http.post("url_ignore_patterns", json={"pattern": "https://[z-a]"})
    assert pointers(answer) == ["/pattern"]
    assert "at character" in answer.json()["errors"][0]["message"]


def test_links_that_match_are_left_out_of_the_findings_and_still_shown(client):
    _, found, _ = with_links(LINK)
    assert found == [LINK]
    made = client.settings.url_ignore_patterns.create(pattern=r"http://203\.0\.113\.9/.*")
    message, found, detail = with_links(LINK, "http://198.51.100.7/other")
    assert found == ["http://198.51.100.7/other"]
    assert "policy ignored URLs: 1 of 2 links left alone" in trace_of(message)
    assert [link["href"] for link in detail.links] == [LINK, "http://198.51.100.7/other"]
    assert "203.0.113.9" in detail.link_hosts
    client.settings.url_ignore_patterns.delete(made.id)
    assert with_links(LINK)[1] == [LINK]


def test_an_expression_has_to_match_the_whole_url(client):
    client.settings.url_ignore_patterns.create(pattern=r"https://safe\.example/.*")
    sneaky = "http://203.0.113.9/?to=https://safe.example/x"
    assert with_links(sneaky)[1] == [sneaky]


def test_an_expression_matches_the_address_as_it_was_written_or_as_it_is_read(client):
    client.settings.url_ignore_patterns.create(pattern=r"http://0xCB007109/.*")
    client.settings.url_ignore_patterns.create(pattern=r"http://198\.51\.100\.7/.*")
    assert with_links("http://0xCB007109/x", "http://0xC6336407/x")[1] == []
