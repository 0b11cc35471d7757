"""docs/api.md, made from the code: `python -m tests.contract.documentation` writes it, a test compares it.

make docs
"""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if __name__ == "__main__":
    django.setup()

import gateway.api.operations  # noqa: F401 - importing the operations registers them
from gateway.api.openapi import summary
from gateway.api.registry import OPERATIONS, PREFIX, Operation

FILE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
# Why the official SDK can't call an operation: it has no method for it.
NOT_IN_THE_SDK = {
    "email_security_get_message_action_log",
    "email_security_get_domain_verification",
    "email_security_batch_sending_domain_restrictions",
    "email_security_batch_url_ignore_patterns",
}
# The gateway's own, which the contract leaves to the server: where the Location of a 202 leads.
OURS = {"gatehouse_search_result"}
HOLDS = {
    ("GET", "/retention/holds"): "holds.list",
    ("POST", "/retention/holds"): "holds.create",
    ("POST", "/retention/holds/{}/lift"): "holds.lift",
    ("POST", "/retention/missing"): "holds.missing",
    ("GET", "/delivery/queue"): "delivery_queue.list",
    ("POST", "/delivery/queue/{}/retry"): "delivery_queue.retry",
    ("POST", "/delivery/queue/{}/give_up"): "delivery_queue.give_up",
}
# Extensions: for the console its tokens, and writes that wait for a second person; a release to one recipient.
EXTENSIONS = {
    "gatehouse_list_write_requests",
    "gatehouse_get_write_request",
    "gatehouse_approve_write_request",
    "gatehouse_refuse_write_request",
    "gatehouse_list_tokens",
    "gatehouse_get_token",
    "gatehouse_create_token",
    "gatehouse_narrow_token",
    "gatehouse_rotate_token",
    "gatehouse_revoke_token",
    "gatehouse_release_copy",
    "gatehouse_marks",
}
GATEHOUSE = {
    ("GET", "/tokens"): "tokens.list",
    ("POST", "/tokens"): "tokens.create",
    ("GET", "/tokens/{}"): "tokens.get",
    ("PATCH", "/tokens/{}"): "tokens.narrow",
    ("POST", "/tokens/{}/rotate"): "tokens.rotate",
    ("POST", "/tokens/{}/revoke"): "tokens.revoke",
    ("GET", "/write_requests"): "write_requests.list",
    ("GET", "/write_requests/{}"): "write_requests.get",
    ("POST", "/write_requests/{}/approve"): "write_requests.approve",
    ("POST", "/write_requests/{}/refuse"): "write_requests.refuse",
    ("POST", "/marks"): "marks.list",
    ("POST", "/release_copy"): "investigate.release.copy",
}
INVESTIGATE = {
    ("GET", ""): "investigate.list",
    ("GET", "/{}"): "investigate.get",
    ("GET", "/{}/action_log"): "investigate.action_log.list",
    ("GET", "/{}/detections"): "investigate.detections.get",
    ("GET", "/{}/preview"): "investigate.preview.get",
    ("GET", "/{}/raw"): "investigate.raw.get",
    ("GET", "/{}/trace"): "investigate.trace.get",
    ("POST", "/preview"): "investigate.preview.create",
    ("POST", "/move"): "investigate.move.bulk",
    ("POST", "/{}/move"): "investigate.move.create",
    ("POST", "/release"): "investigate.release.bulk",
    ("POST", "/{}/reclassify"): "investigate.reclassify.create",
    ("GET", "/bulk"): "investigate.bulk.list",
    ("POST", "/bulk"): "investigate.bulk.create",
    ("GET", "/bulk/{}"): "investigate.bulk.get",
    ("DELETE", "/bulk/{}"): "investigate.bulk.delete",
    ("POST", "/bulk/{}/cancel"): "investigate.bulk.cancel.create",
    ("GET", "/bulk/{}/messages"): "investigate.bulk.messages.list",
    ("GET", "/searches/{}"): "followed by investigate.list",
}
SETTINGS = {
    ("GET", ""): "list",
    ("POST", ""): "create",
    ("DELETE", ""): "bulk_delete",
    ("POST", "/batch"): "batch",
    ("GET", "/{}"): "get",
    ("PATCH", "/{}"): "edit",
    ("PUT", "/{}"): "update",
    ("DELETE", "/{}"): "delete",
    ("GET", "/{}/verification"): "verification",
}
MARK = "<!-- the table below is written by `make docs` -->\n"


def short_path(operation: Operation) -> str:
    """Return the path without the account's prefix."""
    return operation.path.removeprefix(PREFIX)


def client_method(operation: Operation) -> str:
    """Return the client's method for an operation, below the client object."""
    path = short_path(operation)
    for name in operation.pattern.groupindex:
        path = path.replace("{" + name + "}", "{}")
    parts = path.split("/")
    if parts[1] == "settings":
        noun = f"settings.{parts[2]}"
        return f"{noun}.{SETTINGS[operation.method, path.removeprefix(f'/settings/{parts[2]}')]}"
    if parts[1] in {"retention", "delivery"}:
        return HOLDS[operation.method, path]
    if parts[1] == "gatehouse":
        return GATEHOUSE[operation.method, path.removeprefix("/gatehouse")]
    if parts[1] == "investigate":
        return INVESTIGATE[operation.method, path.removeprefix("/investigate")]
    return {"/submissions": "submissions.list", "/phishguard/reports": "phishguard.reports.list"}[path]


def sdk(operation: Operation) -> str:
    """Return whether the official SDK calls the operation in the tests."""
    if operation.name in OURS:
        return "not in the contract: the Location of a 202"
    if short_path(operation).startswith(("/retention/", "/delivery/")):
        return "not in the contract: ours"
    if operation.name in EXTENSIONS:
        return "an extension, not in the contract"
    return "no method in 5.9" if operation.name in NOT_IN_THE_SDK else "yes"


def document() -> str:
    """Return docs/api.md: what stands there above the mark, and the table."""
    rows = [
        "| operation | scope | right | what the gateway does | client method | SDK |",
        "|---|---|---|---|---|---|",
    ]
    for operation in sorted(OPERATIONS, key=lambda known: (short_path(known), known.method)):
        what = " ".join(filter(None, summary(operation))).replace("|", "\\|")
        scope = "Write" if operation.scope == "write" else "Read"
        where = f"{operation.method} `{short_path(operation)}`"
        rows.append(
            f"| {where} | {scope} | {operation.right} | {what} | `{client_method(operation)}` | {sdk(operation)} |"
        )
    return FILE.read_text().partition(MARK)[0] + MARK + "\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    FILE.write_text(document())
