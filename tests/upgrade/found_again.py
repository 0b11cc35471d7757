"""Checks that nothing of what an earlier version left is lost, and that work goes on with it."""

from __future__ import annotations

from tests.gateway.mails import mail
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import Stack, wait_for
from tests.upgrade.use import NOTE, PATTERN, TAG, Facts, folders, send

EVER = "2020-01-01T00:00:00Z"
"""The archive grows old."""


def check(stack: Stack, facts: Facts) -> None:
    """Fail if anything is missing, or can't be worked with any more."""
    with api_of(stack) as api:
        rows = {row["subject"]: row for row in api.search(start=EVER)}
        assert set(facts.letters) | set(facts.held) <= set(rows)
        for subject, text in facts.letters.items():
            assert api.get(f"/investigate/{rows[subject]['postfix_id']}/raw")["result"]["raw"] == text
        held = {row["subject"] for row in rows.values() if row["is_quarantined"]}
        assert held & set(facts.held) == set(facts.held) - {facts.released}
        # The search's words: an index that was written by other rules would find nothing.
        assert {row["subject"] for row in api.search(query="grusse", start=EVER)} >= set(facts.letters)
        assert [one["pattern"] for one in api.get("/settings/allow_policies")["result"]] == [PATTERN]
    boxes = folders(stack)
    assert len(boxes[".JunkEmail"]) == len(facts.moved)
    assert facts.released in boxes["Inbox"]
    assert stack.manage("verify_audit").returncode == 0
    _go_on(stack, facts, {subject: row["id"] for subject, row in rows.items()})


def _go_on(stack: Stack, facts: Facts, ids: dict[str, str]) -> None:
    """Look at what people did, and do more: as before, with the passwords of before."""
    with signed_in(stack, "analyst") as analyst:
        page = analyst.get(f"/investigate/messages/{ids[facts.noted]}/").text
        assert NOTE in page
        assert TAG in page
        assert analyst.outcomes(facts.job) == facts.outcomes
        job = analyst.create_job([ids[facts.held[1]]], action="release", reason="after the upgrade")
        wait_for(lambda: analyst.progress(job)[1], 120, "the end of a job after the upgrade")
        assert analyst.outcomes(job) == {"All": 1, "Done": 1}
        back = analyst.create_job(
            [ids[subject] for subject in facts.moved], action="move", destination="Inbox", reason="it was none"
        )
        wait_for(lambda: analyst.progress(back)[1], 120, "the way back of what was moved")
    send(stack, mail(subject="after the upgrade"))
    boxes = wait_for(
        lambda: (found := folders(stack)) and "after the upgrade" in found["Inbox"] and found, 60, "mail that comes now"
    )
    assert facts.held[1] in boxes["Inbox"]
    assert not boxes.get(".JunkEmail")
