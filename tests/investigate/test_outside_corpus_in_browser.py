"""A whole corpus of hostile lines, fifty at a time: in every column of the list and every tab, and as an error's text.

    HOSTILE_TEXTS=FILE python -m pytest -m slow tests/investigate/test_outside_corpus_in_browser.py

Without a file, the project's own texts are taken. Each page of a role with each text of a row of its own is
`test_hostile_columns_in_browser`, which takes some minutes for a hundred lines.
"""

import os

import pytest

from tests.hostile_texts import INJECTED, TEXTS, texts_from_outside
from tests.investigate.browser import chromium, visit
from tests.investigate.fake_api import refusal
from tests.investigate.test_hostile_columns_in_browser import WATCH, look
from tests.investigate.test_hostile_in_browser import TABS, details, hostile

__all__ = ["chromium", "visit"]
pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "gateway"]), pytest.mark.slow]
AT_ONCE = 50


@pytest.mark.timeout(3600)
def test_no_line_of_a_corpus_runs_in_any_column_tab_or_error(visit, api):
    lines = texts_from_outside() or TEXTS
    first = int(os.environ.get("HOSTILE_FIRST", "0"))
    page, said = visit("/investigate/", role="admin"), []
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: said.append(request.url) if "localhost" not in request.url else None)
    for start in range(first, len(lines), AT_ONCE):
        part = lines[start : start + AT_ONCE]
        texts = [part[index % len(part)] for index in range(max(6, len(part)))]
        _hold(api, texts)
        whole = api.messages[0]["id"]
        statuses = [look(page, "/investigate/", said)]
        statuses += [look(page, f"/investigate/messages/{whole}/{tab}", said) for tab in TABS]
        assert max(statuses) < 500, f"lines {start} to {start + len(part)}"
        for text in part[:: max(1, len(part) // 5)]:
            api.broken = {"GET ": refusal(400, text)}
            look(page, "/investigate/", said)
            api.broken = {}
        said += page.evaluate(INJECTED)
        assert "\n".join(said) == "", f"lines {start} to {start + len(part)}"


def _hold(api, texts):
    """Let the API hold one message for each text, and the first with all of them."""
    for kept in (api.messages, api.details, api.traces, api.logs, api.raws):
        kept.clear()
    for number, text in enumerate(texts, start=1):
        api.add(hostile(number, text, [text]))
    api.add(hostile(900, texts[0], texts))
    key = next(one["id"] for one in api.messages if len(one["to_name"]) > 1)
    api.messages.sort(key=lambda held: held["id"] != key)
    api.details[key] = details(texts)
    lines = [{"lineno": number, "message": text} for number, text in enumerate(texts)]
    api.traces[key] = {"inbound": {"lines": lines}, "outbound": {"lines": lines}}
    api.logs[key] = [
        {"operation": text, "status": text, "properties": {"folder": text, "requested_by": text}} for text in texts
    ]
    api.raws[key] = "\r\n".join(f"X-{number}: {text}" for number, text in enumerate(texts)).encode("utf-8", "replace")
