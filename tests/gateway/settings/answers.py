"""Reading answers in the settings' tests."""

import httpx


def result(answer: httpx.Response, status: int = 200):
    """The result of an answer that has this status."""
    assert answer.status_code == status, answer.text
    assert answer.json()["success"] is True
    return answer.json()["result"]


def refusals(answer: httpx.Response, status: int) -> list[tuple[int, str | None]]:
    """The codes and pointers of a refusal."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert (body["success"], body["result"]) == (False, None)
    return [(error["code"], error.get("source", {}).get("pointer")) for error in body["errors"]]


def pointers(answer: httpx.Response, status: int = 400) -> list[str | None]:
    """The pointers of a refusal."""
    return [pointer for _, pointer in refusals(answer, status)]


def trace_of(message) -> str:
    """The trace lines of a message's intake."""
    from gateway.store.message_detail import Detail

    return "\n".join(line[2] for line in Detail.unpacked(message.detail.payload).trace)
