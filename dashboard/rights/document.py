"""The table of rights as a page of the documentation, docs/roles.md."""

from collections.abc import Iterable
from itertools import groupby

from dashboard.capabilities import CAPABILITIES, Capability, Role
from dashboard.rights.table import SECTIONS, TABS, Audience, Right

_HEAD = """# Roles and rights

This page is written from `dashboard/rights/table.py` and `dashboard/capabilities.py` by `make docs`; a test checks that
it is current. A person has one role: of several groups, the highest counts, and from the left to the right the roles
get higher. Who has no role sees their own account only. An admin gives roles on the page “Team”; single sign-on can
give them by groups ([operations](operations.md)).

A “✓” is allowed. Everything else is answered with the page “This is not open to you”, and the attempt is in the audit
trail. A method that isn't listed is answered with 405. An address without a row is closed to everybody, and Gatehouse
does not start with one. “Password” means that the password, or another proof, was given within
`GATEHOUSE_REAUTHENTICATION_MINUTES`.
"""

_AUDIENCES = {
    Audience.EVERYBODY: "everybody, without sign-in",
    Audience.SIGNED_IN: "everybody who is signed in",
    Audience.OWN_CREDENTIALS: "tokens of the API with any method, no session",
}


def document() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD, "## Capabilities\n", _capabilities(), "## Tabs of a message\n", _tabs(), "## Addresses\n"]
    for title, rows in SECTIONS.items():
        rights = [(name, method, right) for name, row in rows.items() for method, right in row.items()]
        parts += [f"### {title}\n", _addresses(rights)]
    return "\n".join(parts).rstrip() + "\n"


def _words(capability: Capability) -> str:
    return capability.value.replace("_", " ")


def _marks(wanted: Capability) -> list[str]:
    return ["✓" if wanted in CAPABILITIES[role] else "" for role in Role]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _capabilities() -> str:
    return _table(
        ["capability", *(role.label for role in Role)],
        ([_words(capability), *_marks(capability)] for capability in Capability),
    )


def _tabs() -> str:
    return _table(
        ["tab", "capability", *(role.label for role in Role)],
        ([slug, _words(wanted), *_marks(wanted)] for slug, wanted in TABS.items()),
    )


def _addresses(rights: list[tuple[str, str, Right]]) -> str:
    """Return a table in which the methods of an address that require the same share a row."""
    rows = []
    for (name, right), group in groupby(rights, key=lambda entry: (entry[0], entry[2])):
        methods = ", ".join(method for _name, method, _right in group)
        password = "yes" if right.recent else ""
        if isinstance(right.wanted, Audience):
            rows.append([f"`{name}`", methods, _AUDIENCES[right.wanted], *[""] * len(Role), password])
        else:
            rows.append([f"`{name}`", methods, _words(right.wanted), *_marks(right.wanted), password])
    return _table(["address", "method", "requires", *(role.label for role in Role), "password"], rows)
