"""What CI runs beside `make test`: some slow tests, and on PostgreSQL and a Redis server what storage and jobs are in.

`pytest -m "not slow or ci"` is CI's run on SQLite, `pytest -m postgresql` its run on servers. The other slow tests, of
every screen in every look, are in `make test-slow`.
"""

from pathlib import PurePosixPath

SLOW_ON_SQLITE = (
    "contract/test_schemathesis.py",
    "renderer/test_drawing_process.py",
    "renderer/test_renderer.py",
    "stack/test_upgrade.py",
)
"""They know no database, are the contract's generated requests, or take up the SQLite files of an earlier version."""

ON_POSTGRESQL = (
    "contract/test_four_backends.py",
    "dashboard/api_writes",
    "dashboard/backup",
    "dashboard/jobs",
    "dashboard/jobs_on_gateway",
    "dashboard/outbox",
    "dashboard/overview",
    "dashboard/pacing",
    "dashboard/walking",
    "faults",
    "gateway",
    "investigate/alerts",
    "investigate/annotations",
    "investigate/automations",
    "investigate/campaigns",
    "investigate/dealing",
    "investigate/digests",
    "investigate/event_export",
    "investigate/phishguard",
    "investigate/release_requests",
    "investigate/releases",
    "investigate/reporter_answers",
    "investigate/reviews",
    "investigate/submissions",
    "settings_admin",
    "stack",
)
WITHOUT_STORAGE = ("gateway/detect", "gateway/mail", "gateway/samples")
SLOW_ON_POSTGRESQL = (
    "faults",
    "gateway/delivery/test_to_dovecot.py",
    "gateway/mailboxes",
    "gateway/samples",
    "gateway/test_search.py",
    "investigate/event_export",
    "mail_servers",
    "stack/test_after_journey.py",
    "stack/test_api_walk.py",
    "stack/test_automation_survives.py",
    "stack/test_backup.py",
    "stack/test_bulk_survives.py",
    "stack/test_digest_journey.py",
    "stack/test_events_survive.py",
    "stack/test_investigate_journey.py",
    "stack/test_job_journey.py",
    "stack/test_job_survives.py",
    "stack/test_mail_servers_journey.py",
    "stack/test_outbox_survives.py",
    "stack/test_policy_journey.py",
    "stack/test_release_journey.py",
    "stack/test_review_journey.py",
    "stack/test_sign_in_journey.py",
    "stack/test_workbench_journey.py",
)


def runs_of(file: PurePosixPath, *, is_slow: bool) -> list[str]:
    """Return the names of the markers of a test, slow or not, of a file below this folder."""
    if is_slow:
        on_sqlite, on_servers = _lies_in(file, SLOW_ON_SQLITE), _lies_in(file, SLOW_ON_POSTGRESQL)
    else:
        on_sqlite, on_servers = False, _lies_in(file, ON_POSTGRESQL) and not _lies_in(file, WITHOUT_STORAGE)
    return ["ci"] * on_sqlite + ["postgresql"] * on_servers


def _lies_in(file: PurePosixPath, places: tuple[str, ...]) -> bool:
    return any(file.is_relative_to(place) for place in places)
