"""Every column is hostile: whatever mail says is text on every page, and what hides in it shows."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.investigate.fake_api import detections, held

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now 'Y' %}"
PAGES = ["", "preview/", "detections/", "headers/", "links/", "attachments/", "trace/", "raw/", "activity/", "act/"]


def hostile(words: str):
    """Return a message and its details with the words in every text that the API gives."""
    made = held(
        1,
        subject=words,
        from_name=words,
        to_name=[words],
        client_recipients=[words, f"{words}@team.example"],
        envelope_from=f"{words}@evil.example",
        envelope_to=[words],
        replyto=words,
        message_id=f"<{words}@evil.example>",
        detection_reasons=[words],
        threat_categories=[words],
        smtp_previous_hop_ip=words,
        properties={"allowlisted_pattern": words, "allowlisted_pattern_type": words, "blocklisted_pattern": words},
        validation={"spf": words, "dkim": words, "dmarc": words},
    )
    made["from"] = f"{words}@evil.example"
    found = detections(
        action=words,
        attachments=[
            {"size": 1, "filename": words, "content_type": words, "md5": words, "sha1": words, "sha256": words},
            {"size": 1, "filename": words, "content_type": words, "container": 0},
        ],
        findings=[dict.fromkeys(("attachment", "detail", "field", "name", "portion", "reason", "value"), words)],
        headers=[{"name": words, "value": words}],
        links=[
            {"href": f"https://evil.example/{words}", "text": words, "written": f"HTTPS://evil.example/{words}"},
            {"href": words, "text": words, "hidden": True, "place": words},
        ],
        sender_info={"ip": words, "pld": words, "geo": words, "as_name": words},
        threat_categories=[{"name": words, "description": words}],
    )
    trace = {"inbound": {"lines": [{"message": words}]}, "outbound": {"lines": None}}
    log = [{"operation": words, "properties": {"folder": words, "requested_by": words}, "completed_at": None}]
    return made, found, trace, log


@pytest.fixture
def shown(analyst, api):
    """Return the pages that show a message with these words everywhere."""

    def pages(words: str) -> list[str]:
        made, found, trace, log = hostile(words)
        api.add(made)
        api.details[made["id"]] = found
        api.traces[made["id"]] = trace
        api.logs[made["id"]] = log
        api.raws[made["id"]] = f"Subject: {words}\r\n\r\n{words}".encode("utf-8", "surrogatepass")
        addresses = ["/investigate/", f"/investigate/?message={made['id']}"]
        addresses += [f"/investigate/messages/{made['id']}/{page}" for page in PAGES]
        answers = [analyst.get(address) for address in addresses]
        assert [answer.status_code for answer in answers] == [200] * len(answers)
        return [answer.content.decode() for answer in answers]

    return pages


def test_markup_in_mail_is_text(shown):
    for page in shown(EVIL):
        tree = LexborHTMLParser(page)
        assert "alert(1)" in tree.text()
        assert all(script.attributes.get("src", "").startswith("/static/") for script in tree.css("script"))
        assert all(image.attributes["src"].startswith("/investigate/") for image in tree.css("img"))
        assert not [node.tag for node in tree.css("*") for name in node.attributes if name.startswith("on")]
        assert "add:7" in tree.text()


def test_characters_that_do_not_show_are_made_to(shown):
    for page in shown("invoice\u202efdp.exe\u200b\x00\x1b"):
        tree = LexborHTMLParser(page)
        labels = [node.attributes.get(name) or "" for node in tree.css("*") for name in ("title", "aria-label", "alt")]
        seen = tree.text() + "".join(labels)
        assert not set("\u202e\u200b\x00\x1b") & set(seen)
        assert "U+202E" in seen


def test_letters_of_every_script_and_joined_emoji_stay_as_they_are(shown):
    for page in shown("تقرير الربع 報告 नमस्ते 👩‍👩‍👧"):
        assert "تقرير الربع" in page
        assert "👩‍👩‍👧" in page
        assert "U+" not in page.replace("U+2028", "")


def test_very_long_text_breaks_nothing(shown):
    for page in shown("x" * 20_000):
        assert "xxx" in page
