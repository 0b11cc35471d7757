"""What beat sends exists: a task that nobody knows would be thrown away by the worker without a word."""

import pytest
from celery import current_app

from dashboard.celery import app
from dashboard.schedule import beat_schedule

PACKAGES = {"dashboard", "gateway", "investigate", "settings_admin"}


@pytest.mark.parametrize("embedded", [True, False])
def test_every_scheduled_task_is_registered(embedded):
    app.loader.import_default_modules()
    schedule = beat_schedule(lease=60, embedded=embedded)
    assert {entry["task"] for entry in schedule.values()} <= set(current_app.tasks)


def test_every_task_that_takes_nothing_is_scheduled():
    """Tasks without an argument look for what is due: one that beat does not send would never run."""
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in beat_schedule(lease=60, embedded=True).values()}
    for name, task in current_app.tasks.items():
        if name.split(".")[0] in PACKAGES and task.run.__code__.co_argcount == 0:
            assert name in scheduled, f"{name} is never run"
