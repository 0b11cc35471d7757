"""Every hostile text in every field of every screen stays text in a real browser.

Slow, since a browser opens every screen with each of the texts.
"""

import pytest
from playwright.sync_api import expect

from dashboard.mail_text import pieces
from tests.hostile_texts import INJECTED, TEXTS
from tests.investigate.browser import chromium, visit
from tests.investigate.fake_api import detections, held

__all__ = ["chromium", "visit"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TABS = ["", "preview/", "detections/", "headers/", "links/", "attachments/", "trace/", "raw/", "activity/", "act/"]


def hostile(number: int, text: str, texts: list[str]):
    """Return a message with the text in each field that holds one, and with all of them in each that holds many."""
    made = held(
        number,
        subject=text,
        from_name=text,
        to_name=texts,
        client_recipients=[text, *texts],
        envelope_from=f"{text}@evil.example",
        envelope_to=texts,
        replyto=text,
        message_id=text,
        detection_reasons=texts,
        threat_categories=texts,
        delivery_status=["quarantined", text],
        smtp_previous_hop_ip=text,
        smtp_helo_server_ip=text,
        x_originating_ip=text,
        edf_hash=text,
        htmltext_structure_hash=text,
        properties={"allowlisted_pattern": text, "allowlisted_pattern_type": text, "blocklisted_pattern": text},
        validation={"spf": text, "dkim": text, "dmarc": text},
    )
    made["from"] = f"{text}@evil.example"
    return made


def details(texts: list[str]):
    names = ("attachment", "detail", "field", "name", "portion", "reason", "value", "detection")
    received = [f"from {text} ([{text}]) by {text} with {text}; {text}" for text in texts]
    signed = [f"v=1; d={text}; s={text}; b={text}" for text in texts]
    fields = {"Received": received, "DKIM-Signature": signed, "ARC-Seal": signed, "Authentication-Results": texts}
    return detections(
        action=texts[0],
        attachments=[
            {"size": 1, "filename": text, "content_type": text, "sha256": text, "md5": text, "detection": text}
            for text in texts
        ],
        findings=[dict.fromkeys(names, text) for text in texts],
        headers=[{"name": name, "value": value} for name, values in fields.items() for value in values]
        + [{"name": text, "value": text} for text in texts],
        links=[{"href": href, "text": text} for text in texts for href in (text, f"https://{text}/")],
        sender_info={"ip": texts[2], "pld": texts[3], "geo": texts[4], "as_name": texts[5]},
        threat_categories=[{"name": text, "description": text} for text in texts],
    )


def test_all_texts_stay_text_in_all_fields_of_all_screens(visit, api):
    for number, text in enumerate(TEXTS, start=1):
        api.add(hostile(number, text, [text]))
    whole = hostile(900, TEXTS[2], TEXTS)
    api.add(whole)
    key = whole["id"]
    api.details[key] = details(TEXTS)
    lines = [{"lineno": number, "message": text} for number, text in enumerate(TEXTS)]
    api.traces[key] = {"inbound": {"lines": lines}, "outbound": {"lines": lines}}
    api.logs[key] = [
        {"operation": text, "status": text, "properties": {"folder": text, "requested_by": text}} for text in TEXTS
    ]
    api.raws[key] = "\r\n".join(f"X-{number}: {text}" for number, text in enumerate(TEXTS)).encode("utf-8", "replace")
    page = visit("/investigate/", role="admin")
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: said.append(request.url) if "localhost" not in request.url else None)
    columns = ".".join(["time", "from", "envelope-from", "to", "envelope-to", "subject", "verdict", "reasons"])
    page.context.add_cookies(
        [{"name": "gatehouse_columns", "value": f"{columns}.checks.ip.message-id.state", "url": page.url}]
    )
    for address in ("/investigate/", "/investigate/?cursor=50", f"/investigate/?message={key}&tab=links"):
        page.goto(address)
        assert page.evaluate(INJECTED) == []
    page.goto("/investigate/")
    shown = page.locator(".row-link").all_text_contents()
    assert shown == ["".join(piece.text for piece in pieces(text)) or "No subject" for text in TEXTS[:50]]
    for tab in TABS:
        page.goto(f"/investigate/messages/{key}/{tab}")
        assert page.evaluate(INJECTED) == [], tab
        assert page.locator("#main").is_visible()
    for made in api.messages[: len(TEXTS) : 9]:
        page.goto(f"/investigate/messages/{made['id']}/")
        assert page.evaluate(INJECTED) == []
    assert said == []


def test_what_people_type_stays_text_too(visit, api):
    """Each text as a search, as a note and as the name of a saved search."""
    made = held(1)
    api.add(made)
    page = visit(f"/investigate/messages/{made['id']}/")
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for text in TEXTS[::13]:
        page.goto(f"/investigate/messages/{made['id']}/")
        if text.strip():
            page.locator("textarea[name=text]").fill(text)
            page.get_by_role("button", name="Note", exact=True).click()
            page.wait_for_load_state()
        assert page.evaluate(INJECTED) == []
        page.goto("/investigate/")
        page.locator("#search-bar").fill(text.replace("\x00", ""))
        with page.expect_response("**/investigate/?q=**"):
            page.keyboard.press("Enter")
        expect(page.locator("#results.htmx-request")).to_have_count(0)
        assert page.evaluate(INJECTED) == []
    page.goto(f"/investigate/messages/{made['id']}/activity/")
    assert page.evaluate(INJECTED) == []
    assert said == []
