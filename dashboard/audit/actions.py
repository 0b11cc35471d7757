"""Codes and labels of the audit trail's actions and outcomes."""

from enum import StrEnum


class AuditAction(StrEnum):
    """Code of an audited action. Codes are stored, so the meaning of a code never changes."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    LOCKED_OUT = "locked_out"
    LOCKED_OUT_ATTEMPT = "locked_out_attempt"
    SESSION_END = "session_end"
    EMAIL_CHANGE = "email_change"
    SSO_REFUSED = "sso_refused"
    SECOND_FACTOR_ADD = "second_factor_add"
    SECOND_FACTOR_REMOVE = "second_factor_remove"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SECOND_FACTOR_TAKE_AWAY = "second_factor_take_away"
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 - the name of an action, not a secret
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an action, not a secret
    PASSWORD_CHANGE = "password_change"  # noqa: S105 - the name of an action, not a secret
    PERSON_CREATE = "person_create"
    PERSON_ROLE = "person_role"
    PERSON_DEACTIVATE = "person_deactivate"
    PERSON_ACTIVATE = "person_activate"
    PERSON_SIGN_OUT = "person_sign_out"
    PERSON_RENEW = "person_renew"
    PERSON_VOUCH = "person_vouch"
    AUDIT_EXPORT = "audit_export"
    REFUSED = "refused"
    CONTENT_REASON = "content_reason"
    PREVIEW_VIEW = "preview_view"
    RAW_VIEW = "raw_view"
    RAW_DOWNLOAD = "raw_download"
    RECLASSIFY = "reclassify"
    NOTE_ADD = "note_add"
    ASSIGN = "assign"
    SEARCH_SAVE = "search_save"
    SEARCH_DELETE = "search_delete"
    SEARCH_PIN = "search_pin"
    SEARCH_UNPIN = "search_unpin"
    SEARCH_EXPORT = "search_export"
    SEARCH_EXPORT_DOWNLOAD = "search_export_download"
    JOB_CREATE = "job_create"
    JOB_APPROVE = "job_approve"
    JOB_REFUSE = "job_refuse"
    JOB_EXPIRE = "job_expire"
    JOB_PAUSE = "job_pause"
    JOB_RESUME = "job_resume"
    JOB_CANCEL = "job_cancel"
    JOB_RETRY = "job_retry"
    JOB_LOOK_UP = "job_look_up"
    JOB_FINISH = "job_finish"
    JOB_EXPORT = "job_export"
    POLICY_CREATE = "policy_create"
    POLICY_EDIT = "policy_edit"
    POLICY_DELETE = "policy_delete"
    POLICY_RESTORE = "policy_restore"
    POLICY_RUN = "policy_run"
    POLICY_RUN_FINISH = "policy_run_finish"
    POLICY_REPLAY = "policy_replay"
    POLICY_EXPORT = "policy_export"
    POLICY_TERM = "policy_term"
    PROPOSAL_MAKE = "proposal_make"
    PROPOSAL_ACCEPT = "proposal_accept"
    PROPOSAL_REFUSE = "proposal_refuse"
    PROPOSAL_WITHDRAW = "proposal_withdraw"
    BULK_CREATE = "bulk_create"
    BULK_CANCEL = "bulk_cancel"
    BULK_DELETE = "bulk_delete"
    REVIEW_CLAIM = "review_claim"
    REVIEW_UNCLAIM = "review_unclaim"
    REVIEW_NOTE = "review_note"
    REVIEW_CLOSE = "review_close"
    REVIEW_REOPEN = "review_reopen"
    CAMPAIGN_SPLIT = "campaign_split"
    CAMPAIGN_MERGE = "campaign_merge"
    CAMPAIGN_UNDO = "campaign_undo"
    CAMPAIGN_TEXT_VIEW = "campaign_text_view"
    SEARCH = "search"
    DETECTIONS_VIEW = "detections_view"
    HEADERS_VIEW = "headers_view"
    LINKS_VIEW = "links_view"
    ATTACHMENTS_VIEW = "attachments_view"
    TRACE_VIEW = "trace_view"
    API_WRITE = "api_write"
    API_LOOK = "api_look"
    API_SEARCH = "api_search"
    API_REFUSED = "api_refused"
    RUN_LINES_EXPORT = "run_lines_export"
    PERSON_ERASE = "person_erase"
    BACKUP_MAKE = "backup_make"
    AUDIT_CUT = "audit_cut"
    HOLD_SET = "hold_set"
    HOLD_LIFT = "hold_lift"
    EVIDENCE_EXPORT = "evidence_export"
    TOKEN_CREATE = "token_create"  # noqa: S105 - the name of an action, not a secret
    TOKEN_NARROW = "token_narrow"  # noqa: S105 - the same
    TOKEN_ROTATE = "token_rotate"  # noqa: S105 - the same
    TOKEN_REVOKE = "token_revoke"  # noqa: S105 - the same
    API_REQUEST_WAIT = "api_request_wait"
    API_REQUEST_APPROVE = "api_request_approve"
    API_REQUEST_REFUSE = "api_request_refuse"
    API_REQUEST_EXPIRE = "api_request_expire"
    API_REQUEST_WITHDRAW = "api_request_withdraw"
    API_REQUEST_FINISH = "api_request_finish"
    AUTOMATION_CREATE = "automation_create"
    AUTOMATION_EDIT = "automation_edit"
    AUTOMATION_DELETE = "automation_delete"
    AUTOMATION_WATCH = "automation_watch"
    AUTOMATION_ON = "automation_on"
    AUTOMATION_OFF = "automation_off"
    AUTOMATION_RESUME = "automation_resume"
    AUTOMATION_REPLAY = "automation_replay"
    AUTOMATION_STOP = "automation_stop"
    TAG_ADD = "tag_add"
    TAG_REMOVE = "tag_remove"
    NOTICE_PUT_UP = "notice_put_up"
    NOTICE_DONE = "notice_done"
    REPORT_SCHEDULE = "report_schedule"
    REPORT_RECIPIENT_ADD = "report_recipient_add"
    REPORT_RECIPIENT_REMOVE = "report_recipient_remove"
    REPORT_TRY = "report_try"
    EVENTS_CREATE = "events_create"
    EVENTS_EDIT = "events_edit"
    EVENTS_DELETE = "events_delete"
    EVENTS_PAUSE = "events_pause"
    EVENTS_RESUME = "events_resume"
    EVENTS_ROTATE = "events_rotate"
    EVENTS_TEST = "events_test"
    EVENTS_REPLAY = "events_replay"
    EVENTS_RETRY = "events_retry"
    DIGEST_RULE = "digest_rule"
    DIGEST_CHOICE = "digest_choice"
    DIGEST_TEST = "digest_test"
    REQUEST_OPEN = "request_open"
    REQUEST_CONFIRM = "request_confirm"
    REQUEST_CLAIM = "request_claim"
    REQUEST_UNCLAIM = "request_unclaim"
    REQUEST_ALLOW = "request_allow"
    REQUEST_REFUSE = "request_refuse"
    REQUEST_BACK = "request_back"
    REQUEST_ANSWER = "request_answer"
    REQUEST_EXPIRE = "request_expire"
    OUTBOX_RETRY = "outbox_retry"
    ALERT_CREATE = "alert_create"
    ALERT_DELETE = "alert_delete"
    ALERT_ON = "alert_on"
    ALERT_OFF = "alert_off"
    ALERT_TRY = "alert_try"
    OUTBOX_GIVE_UP = "outbox_give_up"
    QUEUE_RETRY = "queue_retry"
    QUEUE_GIVE_UP = "queue_give_up"
    REPORTER_ANSWER = "reporter_answer"
    REPORTER_SETTINGS = "reporter_settings"

    @property
    def label(self) -> str:
        """Readable label of the action."""
        return _LABELS[self]


_LABELS = {
    AuditAction.SIGN_IN: "Signed in",
    AuditAction.SIGN_IN_FAILED: "Failed to sign in",
    AuditAction.SIGN_OUT: "Signed out",
    AuditAction.LOCKED_OUT: "Was locked out",
    AuditAction.LOCKED_OUT_ATTEMPT: "Tried while locked out",
    AuditAction.SESSION_END: "Ended own sessions",
    AuditAction.EMAIL_CHANGE: "Changed the own e-mail address",
    AuditAction.SSO_REFUSED: "Was refused by single sign-on",
    AuditAction.SECOND_FACTOR_ADD: "Set up a second factor",
    AuditAction.SECOND_FACTOR_REMOVE: "Removed an own second factor",
    AuditAction.SECOND_FACTOR_FAILED: "Failed the second factor",
    AuditAction.SECOND_FACTOR_TAKE_AWAY: "Took a person's second factor away",
    AuditAction.PASSWORD_RESET_ASKED: "Asked for a new password by mail",
    AuditAction.PASSWORD_RESET: "Set a password by mail",
    AuditAction.PASSWORD_CHANGE: "Changed the password",
    AuditAction.PERSON_CREATE: "Created a person",
    AuditAction.PERSON_ROLE: "Changed a role",
    AuditAction.PERSON_DEACTIVATE: "Deactivated a person",
    AuditAction.PERSON_ACTIVATE: "Activated a person",
    AuditAction.PERSON_SIGN_OUT: "Ended a person's sessions",
    AuditAction.PERSON_RENEW: "Had a password chosen anew",
    AuditAction.PERSON_VOUCH: "Vouched for a person",
    AuditAction.AUDIT_EXPORT: "Exported the audit trail",
    AuditAction.REFUSED: "Was refused",
    AuditAction.CONTENT_REASON: "Gave a reason to look at the content",
    AuditAction.PREVIEW_VIEW: "Looked at the preview",
    AuditAction.RAW_VIEW: "Looked at the raw message",
    AuditAction.RAW_DOWNLOAD: "Downloaded the raw message",
    AuditAction.RECLASSIFY: "Submitted for review",
    AuditAction.NOTE_ADD: "Noted something",
    AuditAction.ASSIGN: "Assigned",
    AuditAction.SEARCH_SAVE: "Saved a search",
    AuditAction.SEARCH_PIN: "Made a saved search a view of the team",
    AuditAction.SEARCH_UNPIN: "Ended a view of the team",
    AuditAction.SEARCH_DELETE: "Deleted a saved search",
    AuditAction.SEARCH_EXPORT: "Exported a search",
    AuditAction.SEARCH_EXPORT_DOWNLOAD: "Downloaded an export",
    AuditAction.JOB_CREATE: "Started a job",
    AuditAction.JOB_APPROVE: "Approved a job",
    AuditAction.JOB_REFUSE: "Refused a job",
    AuditAction.JOB_EXPIRE: "Let a job expire",
    AuditAction.JOB_PAUSE: "Paused a job",
    AuditAction.JOB_RESUME: "Resumed a job",
    AuditAction.JOB_CANCEL: "Cancelled a job",
    AuditAction.JOB_RETRY: "Retried a job",
    AuditAction.JOB_LOOK_UP: "Had more places of a job looked up",
    AuditAction.JOB_FINISH: "Finished a job",
    AuditAction.JOB_EXPORT: "Exported a job",
    AuditAction.POLICY_CREATE: "Created a policy",
    AuditAction.POLICY_EDIT: "Edited a policy",
    AuditAction.POLICY_DELETE: "Deleted a policy",
    AuditAction.POLICY_RESTORE: "Put a policy back",
    AuditAction.POLICY_RUN: "Changed many policies",
    AuditAction.POLICY_RUN_FINISH: "Finished changing many policies",
    AuditAction.POLICY_REPLAY: "Tried a policy on past mail",
    AuditAction.POLICY_EXPORT: "Exported policies",
    AuditAction.POLICY_TERM: "Set owner and expiry of a policy",
    AuditAction.PROPOSAL_MAKE: "Proposed a policy",
    AuditAction.PROPOSAL_ACCEPT: "Accepted a proposed policy",
    AuditAction.PROPOSAL_REFUSE: "Refused a proposed policy",
    AuditAction.PROPOSAL_WITHDRAW: "Withdrew a proposed policy",
    AuditAction.BULK_CREATE: "Started a job of the API",
    AuditAction.BULK_CANCEL: "Cancelled a job of the API",
    AuditAction.BULK_DELETE: "Deleted a job of the API",
    AuditAction.REVIEW_CLAIM: "Claimed",
    AuditAction.REVIEW_UNCLAIM: "Gave back",
    AuditAction.REVIEW_NOTE: "Added a note",
    AuditAction.REVIEW_CLOSE: "Closed",
    AuditAction.REVIEW_REOPEN: "Reopened",
    AuditAction.CAMPAIGN_SPLIT: "Split a campaign",
    AuditAction.CAMPAIGN_MERGE: "Merged campaigns",
    AuditAction.CAMPAIGN_UNDO: "Undid a change of campaigns",
    AuditAction.CAMPAIGN_TEXT_VIEW: "Looked at the text of a campaign",
    AuditAction.SEARCH: "Searched",
    AuditAction.DETECTIONS_VIEW: "Looked at the detections",
    AuditAction.HEADERS_VIEW: "Looked at the headers",
    AuditAction.LINKS_VIEW: "Looked at the links",
    AuditAction.ATTACHMENTS_VIEW: "Looked at the attachments",
    AuditAction.TRACE_VIEW: "Looked at the trace",
    AuditAction.API_WRITE: "Wrote by API",
    AuditAction.API_LOOK: "Looked at content by API",
    AuditAction.API_SEARCH: "Searched by API",
    AuditAction.API_REFUSED: "Was refused by the API",
    AuditAction.RUN_LINES_EXPORT: "Exported a run's lines",
    AuditAction.BACKUP_MAKE: "Made a backup",
    AuditAction.PERSON_ERASE: "Erased a person from the trail",
    AuditAction.AUDIT_CUT: "Deleted old audit entries",
    AuditAction.HOLD_SET: "Set a legal hold",
    AuditAction.HOLD_LIFT: "Lifted a legal hold",
    AuditAction.EVIDENCE_EXPORT: "Took an evidence pack",
    AuditAction.TOKEN_CREATE: "Made an API token",
    AuditAction.TOKEN_NARROW: "Narrowed an API token",
    AuditAction.TOKEN_ROTATE: "Rotated an API token",
    AuditAction.TOKEN_REVOKE: "Revoked an API token",
    AuditAction.API_REQUEST_WAIT: "Asked for a write by API that waits",
    AuditAction.API_REQUEST_APPROVE: "Approved a write by API",
    AuditAction.API_REQUEST_REFUSE: "Refused a write by API",
    AuditAction.API_REQUEST_EXPIRE: "Let a write by API expire",
    AuditAction.API_REQUEST_WITHDRAW: "Withdrew a write by API",
    AuditAction.API_REQUEST_FINISH: "Carried out a write by API",
    AuditAction.AUTOMATION_CREATE: "Made an automation",
    AuditAction.AUTOMATION_EDIT: "Changed an automation",
    AuditAction.AUTOMATION_DELETE: "Deleted an automation",
    AuditAction.AUTOMATION_WATCH: "Set an automation to watch",
    AuditAction.AUTOMATION_ON: "Switched an automation on",
    AuditAction.AUTOMATION_OFF: "Switched an automation off",
    AuditAction.AUTOMATION_RESUME: "Resumed an automation",
    AuditAction.AUTOMATION_REPLAY: "Replayed an automation on past mail",
    AuditAction.AUTOMATION_STOP: "Stopped itself",
    AuditAction.TAG_ADD: "Tagged",
    AuditAction.TAG_REMOVE: "Took a tag off",
    AuditAction.NOTICE_PUT_UP: "Put up a notice",
    AuditAction.NOTICE_DONE: "Ticked a notice",
    AuditAction.ALERT_CREATE: "Made an alert",
    AuditAction.ALERT_DELETE: "Deleted an alert",
    AuditAction.ALERT_ON: "Switched an alert on",
    AuditAction.ALERT_OFF: "Switched an alert off",
    AuditAction.ALERT_TRY: "Sent a trial of an alert",
    AuditAction.REPORT_SCHEDULE: "Changed when the weekly report is sent",
    AuditAction.REPORT_RECIPIENT_ADD: "Added a recipient of the weekly report",
    AuditAction.REPORT_RECIPIENT_REMOVE: "Removed a recipient of the weekly report",
    AuditAction.REPORT_TRY: "Sent a trial of the weekly report",
    AuditAction.EVENTS_CREATE: "Made a destination of events",
    AuditAction.EVENTS_EDIT: "Changed a destination of events",
    AuditAction.EVENTS_DELETE: "Deleted a destination of events",
    AuditAction.EVENTS_PAUSE: "Paused a destination of events",
    AuditAction.EVENTS_RESUME: "Resumed a destination of events",
    AuditAction.EVENTS_ROTATE: "Gave a webhook a new secret",
    AuditAction.EVENTS_TEST: "Sent a test line",
    AuditAction.EVENTS_REPLAY: "Had events sent once more",
    AuditAction.EVENTS_RETRY: "Had events tried again",
    AuditAction.DIGEST_RULE: "Set who gets digests of held mail",
    AuditAction.DIGEST_CHOICE: "Chose how often to get digests",
    AuditAction.DIGEST_TEST: "Sent a digest as a test",
    AuditAction.REQUEST_OPEN: "Opened a request, not confirmed",
    AuditAction.REQUEST_CONFIRM: "Asked for held mail",
    AuditAction.REQUEST_CLAIM: "Claimed a request",
    AuditAction.REQUEST_UNCLAIM: "Gave a request back",
    AuditAction.REQUEST_ALLOW: "Allowed a request",
    AuditAction.REQUEST_REFUSE: "Refused a request",
    AuditAction.REQUEST_BACK: "Put a request back into the queue",
    AuditAction.REQUEST_ANSWER: "Told a recipient what came of a request",
    AuditAction.REQUEST_EXPIRE: "Let a request expire",
    AuditAction.OUTBOX_RETRY: "Had something sent again",
    AuditAction.OUTBOX_GIVE_UP: "Gave up sending something",
    AuditAction.QUEUE_RETRY: "Had mail in the queue tried again",
    AuditAction.QUEUE_GIVE_UP: "Gave up delivering mail",
    AuditAction.REPORTER_ANSWER: "Answered a reporter",
    AuditAction.REPORTER_SETTINGS: "Changed the answers to reporters",
}


class Outcome(StrEnum):
    """Outcome of an audited action.

    An attempted action has no result yet; an unknown one got no response; a waiting one needs a second person.
    """

    ATTEMPTED = "attempted"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    WAITING = "waiting"


TAB_LOOKS = frozenset(
    {
        AuditAction.DETECTIONS_VIEW,
        AuditAction.HEADERS_VIEW,
        AuditAction.LINKS_VIEW,
        AuditAction.ATTACHMENTS_VIEW,
        AuditAction.TRACE_VIEW,
    }
)
"""Looks at the tabs of a message."""
