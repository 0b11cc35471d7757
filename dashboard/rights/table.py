"""The table of rights: for each URL name and method, the capability or the audience that it is open to.

It is the only place that opens a URL. The middleware `dashboard.rights.guard` decides by it, the navigation follows it,
`docs/roles.md` is written from it, and a system check fails for a URL without a row. What a role may do is in
`dashboard/capabilities.py`. HEAD has the right of GET. A method without a right is answered with 405.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.capabilities import Capability as Can


class Audience(StrEnum):
    """Who a URL is open to without a capability."""

    EVERYBODY = "everybody"
    """No sign-in is needed: the way in, and what a page needs before it."""
    SIGNED_IN = "signed_in"
    """Everybody who is signed in, also without a role: one's own account."""
    OWN_CREDENTIALS = "own_credentials"
    """The API: it accepts its own tokens only, and knows no session."""


@dataclass(frozen=True, slots=True)
class Right:
    """What a method of a URL requires.

    With `recent`, the person must have proved within GATEHOUSE_REAUTHENTICATION_MINUTES who they are.
    """

    wanted: Can | Audience
    recent: bool = False


Row = Mapping[str, Right]


def _get(wanted: Can | Audience, *, recent: bool = False) -> Row:
    return {"GET": Right(wanted, recent)}


def _post(wanted: Can | Audience, *, recent: bool = False) -> Row:
    return {"POST": Right(wanted, recent)}


def _form(wanted: Can | Audience, *, recent: bool = False) -> Row:
    """Return the row of a page with a form that posts to it."""
    return {**_get(wanted, recent=recent), **_post(wanted, recent=recent)}


_ACCOUNT: dict[str, Row] = {
    "healthz": _get(Audience.EVERYBODY),
    "account_login": _form(Audience.EVERYBODY),
    "shortcuts": _get(Audience.SIGNED_IN),
    "account_logout": _form(Audience.SIGNED_IN),
    "account_inactive": _get(Audience.EVERYBODY),
    "account_reauthenticate": _form(Audience.SIGNED_IN),
    "account_change_password": _form(Audience.SIGNED_IN),
    "openid_connect_login": _get(Audience.EVERYBODY),
    "openid_connect_callback": _get(Audience.EVERYBODY),
    "mfa_authenticate": _form(Audience.EVERYBODY),
    "mfa_login_webauthn": _form(Audience.EVERYBODY),
    "mfa_reauthenticate": _form(Audience.SIGNED_IN),
    "mfa_reauthenticate_webauthn": _form(Audience.SIGNED_IN),
    "mfa_index": _get(Audience.SIGNED_IN),
    "mfa_activate_totp": _form(Audience.SIGNED_IN, recent=True),
    "mfa_deactivate_totp": _form(Audience.SIGNED_IN, recent=True),
    "mfa_view_recovery_codes": _get(Audience.SIGNED_IN, recent=True),
    "mfa_generate_recovery_codes": _form(Audience.SIGNED_IN, recent=True),
    "mfa_list_webauthn": _get(Audience.SIGNED_IN),
    "mfa_add_webauthn": _form(Audience.SIGNED_IN, recent=True),
    "mfa_remove_webauthn": _form(Audience.SIGNED_IN, recent=True),
    "mfa_edit_webauthn": _form(Audience.SIGNED_IN, recent=True),
    "account_reset_password": _form(Audience.EVERYBODY),
    "account_reset_password_done": _get(Audience.EVERYBODY),
    "account_reset_password_from_key": _form(Audience.EVERYBODY),
    "account_reset_password_from_key_done": _get(Audience.EVERYBODY),
    "people:account": _get(Audience.SIGNED_IN),
    "people:display": _post(Audience.SIGNED_IN),
    "people:theme": _post(Audience.EVERYBODY),
    "people:email": _post(Audience.SIGNED_IN),
    "people:sessions": _get(Audience.SIGNED_IN),
    "people:session_end": _post(Audience.SIGNED_IN),
    "people:sessions_end": _post(Audience.SIGNED_IN),
    "team:welcome": _form(Audience.EVERYBODY),
}

_TEAM: dict[str, Row] = {
    "team:people": _get(Can.MANAGE_PEOPLE),
    "team:invite": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:role": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:deactivate": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:activate": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:sign_out": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:renew": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:vouch": _post(Can.MANAGE_PEOPLE, recent=True),
    "team:second_factor": _post(Can.MANAGE_PEOPLE, recent=True),
    "holds:list": _get(Can.MANAGE_PEOPLE),
    "holds:set": _post(Can.MANAGE_PEOPLE),
    "holds:lift": _post(Can.MANAGE_PEOPLE, recent=True),
    "weekly_report:settings": _form(Can.MANAGE_SENDING),
    "weekly_report:add": _post(Can.MANAGE_SENDING),
    "weekly_report:remove": _post(Can.MANAGE_SENDING),
    "weekly_report:try": _post(Can.MANAGE_SENDING),
    "weekly_report:pdf": _post(Can.MANAGE_SENDING),
    "mail_queue:list": _get(Can.SEARCH),
    "mail_queue:retry": _post(Can.RELEASE),
    "mail_queue:give_up": _post(Can.RELEASE),
    "outbox:list": _get(Can.MANAGE_SENDING),
    "outbox:retry": _post(Can.MANAGE_SENDING),
    "outbox:give_up": _post(Can.MANAGE_SENDING),
    "events:list": _get(Can.MANAGE_SENDING),
    "events:new": _form(Can.MANAGE_SENDING, recent=True),
    "events:detail": _get(Can.MANAGE_SENDING),
    "events:edit": _form(Can.MANAGE_SENDING, recent=True),
    "events:rotate": _post(Can.MANAGE_SENDING, recent=True),
    "events:delete": _post(Can.MANAGE_SENDING, recent=True),
    "events:test": _post(Can.MANAGE_SENDING),
    "events:pause": _post(Can.MANAGE_SENDING),
    "events:resume": _post(Can.MANAGE_SENDING),
    "events:retry": _post(Can.MANAGE_SENDING),
    "events:replay": _form(Can.MANAGE_SENDING),
    "api_tokens:list": _get(Can.MANAGE_TOKENS),
    "api_tokens:new": _form(Can.MANAGE_TOKENS, recent=True),
    "api_tokens:token": _form(Can.MANAGE_TOKENS, recent=True),
    "api_tokens:rotate": _post(Can.MANAGE_TOKENS, recent=True),
    "api_tokens:revoke": _post(Can.MANAGE_TOKENS, recent=True),
    "connection:page": _get(Can.VIEW_CONNECTION),
    "connection:state": _get(Can.VIEW_CONNECTION),
    "connection:token": _post(Can.VIEW_CONNECTION),
    "audit:list": _get(Can.VIEW_AUDIT),
    "audit:entry": _get(Can.VIEW_AUDIT),
    "audit:export": _get(Can.VIEW_AUDIT),
}

_JOBS: dict[str, Row] = {
    "jobs:list": _get(Can.VIEW_JOBS),
    "jobs:running": _get(Can.VIEW_JOBS),
    "jobs:detail": _get(Can.VIEW_JOBS),
    "jobs:progress": _get(Can.VIEW_JOBS),
    "jobs:outcomes": _get(Can.RUN_JOBS),
    "jobs:confirm": _post(Can.RUN_JOBS),
    "jobs:create": _post(Can.RUN_JOBS),
    "jobs:pause": _post(Can.RUN_JOBS),
    "jobs:resume": _post(Can.RUN_JOBS),
    "jobs:cancel": _post(Can.RUN_JOBS),
    "investigate:deal": _post(Can.RUN_JOBS),
    "jobs:retry": _post(Can.RUN_JOBS),
    "jobs:look_up": _post(Can.RUN_JOBS),
    "jobs:undo": _post(Can.RUN_JOBS),
    "jobs:approve": _post(Can.APPROVE_JOBS, recent=True),
    "jobs:refuse": _post(Can.APPROVE_JOBS),
    "jobs:api_jobs": _get(Can.RUN_JOBS),
    "jobs:api_start": _post(Can.RUN_JOBS),
    "jobs:api_job": _get(Can.RUN_JOBS),
    "jobs:api_progress": _get(Can.RUN_JOBS),
    "jobs:api_cancel": _post(Can.RUN_JOBS),
    "jobs:api_delete": _post(Can.RUN_JOBS),
    "api_writes:list": _get(Can.RUN_JOBS),
    "api_writes:detail": _get(Can.RUN_JOBS),
    "api_writes:approve": _post(Can.APPROVE_JOBS, recent=True),
    "api_writes:refuse": _post(Can.APPROVE_JOBS),
    "jobs:select": _post(Can.RUN_JOBS),
    "jobs:new_selection": _form(Can.RUN_JOBS),
    "jobs:selection": _get(Can.RUN_JOBS),
    "jobs:selection_progress": _get(Can.RUN_JOBS),
    "jobs:selection_check": _form(Can.RUN_JOBS),
    "jobs:selection_cancel": _post(Can.RUN_JOBS),
}

_SEARCH: dict[str, Row] = {
    "home": _get(Can.SEARCH),
    "investigate:search": _get(Can.SEARCH),
    "investigate:fields": _get(Can.SEARCH),
    "investigate:further": _get(Can.SEARCH),
    "investigate:completions": _get(Can.SEARCH),
    "investigate:columns": _form(Can.SEARCH),
    "investigate:count": _get(Can.SEARCH),
    "investigate:newer": _get(Can.SEARCH),
    "investigate:save": _post(Can.SAVE_SEARCHES),
    "investigate:pin": _post(Can.MANAGE_POLICIES),
    "investigate:unsave": _post(Can.SAVE_SEARCHES),
    "investigate:select": _post(Can.RUN_JOBS),
    "investigate:gathering": _get(Can.RUN_JOBS),
    "investigate:freeze": _post(Can.RUN_JOBS),
    "investigate:exports": _get(Can.RUN_JOBS),
    "investigate:export_new": _post(Can.RUN_JOBS),
    "investigate:export": _get(Can.RUN_JOBS),
    "investigate:export_cancel": _post(Can.RUN_JOBS),
    "investigate:export_download": _get(Can.RUN_JOBS),
}

_MESSAGE: dict[str, Row] = {
    "investigate:message": _get(Can.SEARCH),
    "investigate:message_tab": _get(Can.SEARCH),  # Each tab has a right of its own: TABS.
    "investigate:steps": _get(Can.SEARCH),
    "investigate:holds": _get(Can.SEARCH),
    "investigate:seen": _get(Can.SEARCH),
    "investigate:beyond": _get(Can.SEARCH),
    "investigate:sender_history": _get(Can.SEARCH),
    "investigate:act": _get(Can.SEARCH),
    "investigate:block": _get(Can.BLOCK_SENDER),
    "investigate:preview_png": _get(Can.VIEW_CONTENT),
    "investigate:raw_eml": _get(Can.RAW),
    "investigate:raw_zip": _get(Can.RAW),
    "investigate:evidence_of_message": _form(Can.RAW),
    "investigate:evidence_of_job": _form(Can.RAW),
    "investigate:evidence_of_submission": _form(Can.RAW),
    "investigate:reason": _post(Can.VIEW_CONTENT),
    "investigate:note": _post(Can.NOTE),
    "investigate:tag": _post(Can.NOTE),
    "investigate:untag": _post(Can.NOTE),
    "investigate:tag_selected": _post(Can.NOTE),
    "investigate:assign": _post(Can.CLAIM),
    "investigate:reclassify": _post(Can.RECLASSIFY),
}

_REVIEWS: dict[str, Row] = {
    "reviews:submissions": _get(Can.SEARCH),
    "reviews:scoreboard": _get(Can.SEARCH),
    "reviews:submission": _get(Can.SEARCH),
    "reviews:reports": _get(Can.SEARCH),
    "reviews:report": _get(Can.SEARCH),
    "reviews:submit": _form(Can.RECLASSIFY),
    "reviews:close_all": _post(Can.CLAIM),
    "reviews:escalate": _post(Can.RECLASSIFY),
    "reviews:claim": _post(Can.CLAIM),
    "reviews:unclaim": _post(Can.CLAIM),
    "reviews:note": _post(Can.NOTE),
    "reviews:close": _post(Can.CLAIM),
    "reviews:reopen": _post(Can.CLAIM),
}

_CAMPAIGNS: dict[str, Row] = {
    "campaigns:list": _get(Can.SEARCH),
    "campaigns:campaign": _get(Can.SEARCH),
    "campaigns:text": _get(Can.VIEW_CONTENT),
    "campaigns:select": _post(Can.RUN_JOBS),
    "campaigns:split": _post(Can.RUN_JOBS),
    "campaigns:merge": _post(Can.RUN_JOBS),
    "campaigns:undo": _post(Can.RUN_JOBS),
}

_RELEASES: dict[str, Row] = {
    "releases:list": _get(Can.RELEASE),
    "releases:seen": _post(Can.RELEASE),
}

_AUTOMATIONS: dict[str, Row] = {
    "reporter_answers:settings": _form(Can.MANAGE_POLICIES),
    "automations:list": _get(Can.VIEW_JOBS),
    "automations:detail": _get(Can.VIEW_JOBS),
    "automations:new": _form(Can.RUN_JOBS),
    "automations:edit": _form(Can.RUN_JOBS),
    "automations:replay": _post(Can.RUN_JOBS),
    "automations:delete": _post(Can.RUN_JOBS, recent=True),
    "automations:watch": _post(Can.RUN_JOBS),
    # Who switches it on has to have the right to what it does, too: `investigate.automations.bounds.missing_right`.
    "automations:switch_on": _post(Can.RUN_JOBS, recent=True),
    "automations:resume": _post(Can.RUN_JOBS, recent=True),
    "automations:switch_off": _post(Can.RUN_JOBS),
    "automations:notices": _get(Can.SEARCH),
    "alerts:list": _get(Can.SAVE_SEARCHES),
    "alerts:new": _form(Can.SAVE_SEARCHES),
    "alerts:detail": _get(Can.SAVE_SEARCHES),
    "alerts:on": _post(Can.SAVE_SEARCHES),
    "alerts:off": _post(Can.SAVE_SEARCHES),
    "alerts:try": _post(Can.SAVE_SEARCHES),
    "alerts:delete": _post(Can.SAVE_SEARCHES),
    "automations:notice_done": _post(Can.CLAIM),
}

_RECIPIENTS: dict[str, Row] = {
    "digests:settings": _get(Can.MANAGE_POLICIES),
    "digests:domains": _post(Can.MANAGE_POLICIES),
    "digests:rule": _form(Can.MANAGE_POLICIES),
    "digests:delete": _post(Can.MANAGE_POLICIES),
    "digests:test": _post(Can.MANAGE_POLICIES),
    # Recipients open these by a signed link. Opening changes nothing, and no content of mail is shown.
    "digests:held": _get(Audience.EVERYBODY),
    "digests:choice": _form(Audience.EVERYBODY),
    "release_requests:ask": _form(Audience.EVERYBODY),
    "release_requests:confirm": _form(Audience.EVERYBODY),
    "release_requests:list": _get(Can.RELEASE),
    "release_requests:detail": _get(Can.RELEASE),
    "release_requests:allow": _post(Can.RELEASE),
    "release_requests:block": _post(Can.BLOCK_SENDER),
    "release_requests:refuse": _post(Can.RELEASE),
    "release_requests:claim": _post(Can.RELEASE),
    "release_requests:unclaim": _post(Can.RELEASE),
}

_POLICIES: dict[str, Row] = {
    "settings_admin:index": _get(Can.VIEW_POLICIES),
    "settings_admin:list": _get(Can.VIEW_POLICIES),
    "settings_admin:history": _get(Can.VIEW_POLICIES),
    "settings_admin:change": _get(Can.VIEW_POLICIES),
    "settings_admin:put_back": _form(Can.MANAGE_POLICIES),
    "settings_admin:upkeep": _get(Can.VIEW_POLICIES),
    "settings_admin:renew": _post(Can.PROPOSE_POLICIES),  # Whoever owns the entry, or manages policies.
    "settings_admin:term": _form(Can.MANAGE_POLICIES),
    "settings_admin:retire_look": _post(Can.MANAGE_POLICIES),
    "settings_admin:retire": _post(Can.MANAGE_POLICIES),
    "settings_admin:tester": _form(Can.MANAGE_POLICIES),
    "settings_admin:block": _form(Can.BLOCK_SENDER),
    "settings_admin:allow": _form(Can.PROPOSE_POLICIES),  # Adding one at once takes managing policies.
    "settings_admin:replay": _get(Can.BLOCK_SENDER),
    "settings_admin:replay_progress": _get(Can.BLOCK_SENDER),
    "settings_admin:replay_save": _post(Can.BLOCK_SENDER),
    "settings_admin:replay_cancel": _post(Can.BLOCK_SENDER),
    "settings_admin:runs": _get(Can.MANAGE_POLICIES),
    "settings_admin:run": _get(Can.MANAGE_POLICIES),
    "settings_admin:run_progress": _get(Can.MANAGE_POLICIES),
    "settings_admin:run_apply": _post(Can.MANAGE_POLICIES),
    "settings_admin:run_drop": _post(Can.MANAGE_POLICIES),
    "settings_admin:run_undo": _post(Can.MANAGE_POLICIES),
    "settings_admin:run_lines_csv": _get(Can.MANAGE_POLICIES),
    "settings_admin:new": _form(Can.MANAGE_POLICIES),
    "settings_admin:import": _form(Can.MANAGE_POLICIES),
    "settings_admin:export": _get(Can.MANAGE_POLICIES),
    "settings_admin:delete_many": _post(Can.MANAGE_POLICIES),
    "settings_admin:look": _post(Can.MANAGE_POLICIES),
    "settings_admin:look_at_entry": _post(Can.MANAGE_POLICIES),
    "settings_admin:check": _post(Can.MANAGE_POLICIES),
    "settings_admin:matches": _post(Can.MANAGE_POLICIES),
    "settings_admin:matches_of_entry": _post(Can.MANAGE_POLICIES),
    "settings_admin:entry": _form(Can.MANAGE_POLICIES),
    "settings_admin:delete": _form(Can.MANAGE_POLICIES),
    "proposals:list": _get(Can.PROPOSE_POLICIES),
    "proposals:new": _form(Can.PROPOSE_POLICIES),
    "proposals:proposal": _get(Can.PROPOSE_POLICIES),
    "proposals:withdraw": _post(Can.PROPOSE_POLICIES),
    "proposals:look": _post(Can.PROPOSE_POLICIES),
    "proposals:accept": _post(Can.MANAGE_POLICIES),
    "proposals:refuse": _post(Can.MANAGE_POLICIES),
}

_API: dict[str, Row] = {
    "gateway-openapi": _get(Audience.OWN_CREDENTIALS),
    "gateway-reference": _get(Audience.OWN_CREDENTIALS),
    "gateway-api": _get(Audience.OWN_CREDENTIALS),
}

SECTIONS: dict[str, dict[str, Row]] = {
    "Search and overview": _SEARCH,
    "Messages": _MESSAGE,
    "Submissions and PhishGuard": _REVIEWS,
    "Campaigns": _CAMPAIGNS,
    "Jobs": _JOBS,
    "Release watch": _RELEASES,
    "Automations": _AUTOMATIONS,
    "Digests and requests of recipients": _RECIPIENTS,
    "Policies": _POLICIES,
    "Team, connection and audit trail": _TEAM,
    "Account and sign-in": _ACCOUNT,
    "API": _API,
}

TABLE: dict[str, Row] = {name: row for section in SECTIONS.values() for name, row in section.items()}

TABS: dict[str, Can] = {
    "summary": Can.SEARCH,
    "preview": Can.VIEW_CONTENT,
    "detections": Can.SEARCH,
    "headers": Can.VIEW_CONTENT,
    "links": Can.VIEW_CONTENT,
    "attachments": Can.VIEW_CONTENT,
    "trace": Can.VIEW_CONTENT,
    "raw": Can.RAW,
    "activity": Can.SEARCH,
}
"""The right to each tab of a message. Who may not see content gets the detections without links and attachments."""


POLLED = frozenset(
    {
        "jobs:running",
        "jobs:progress",
        "jobs:api_progress",
        "jobs:selection_progress",
        "investigate:newer",
        "settings_admin:replay_progress",
        "settings_admin:run_progress",
        "connection:state",
    }
)
"""URLs that open pages ask for by themselves: they are no sign that somebody still sits there."""


def right_of(url_name: str, method: str) -> Right | None:
    """Return what the method of the URL requires, or None if the URL doesn't take the method or has no row."""
    return TABLE.get(url_name, {}).get("GET" if method == "HEAD" else method)


def methods_of(url_name: str) -> list[str]:
    """Return the methods that the URL takes."""
    methods = list(TABLE.get(url_name, {}))
    return ["GET", "HEAD", *(method for method in methods if method != "GET")] if "GET" in methods else methods
