"""Each task has a kind, each kind a worker, and what an upgrade finds in the queue of before is worked off."""

from celery import current_app

from dashboard.celery import app
from dashboard.schedule import beat_schedule
from dashboard.stack.children import services
from dashboard.task_kinds import BULK, KINDS, LONG, MAINTENANCE, QUEUES, SHORT, task_queues, task_routes

PACKAGES = {"dashboard", "gateway", "investigate", "settings_admin"}


def workers() -> dict[str, set[str]]:
    """Return the queues of each worker of the stack, by its name."""
    found = {}
    for child in services():
        if "worker" in child.command:
            found[child.name] = set(child.command[child.command.index("--queues") + 1].split(","))
    return found


def test_every_task_has_a_kind_and_every_kind_has_tasks_that_exist():
    app.loader.import_default_modules()
    ours = {name for name in current_app.tasks if name.split(".")[0] in PACKAGES}
    assert set(task_routes()) == ours
    assert {route["queue"] for route in task_routes().values()} == set(KINDS)


def test_every_queue_is_taken_by_one_worker_of_the_stack():
    taken = [queue for queues in workers().values() for queue in queues]
    assert sorted(taken) == sorted(QUEUES)


def test_what_takes_long_is_never_taken_by_the_worker_that_others_wait_for():
    assert workers() == {"worker": set(LONG), "short-worker": set(SHORT)}
    assert not {BULK, MAINTENANCE} & set(SHORT)


def test_a_worker_that_is_started_for_nothing_in_particular_takes_all_and_no_message_goes_to_two_queues():
    assert [queue.name for queue in task_queues()] == list(QUEUES)
    for queue in task_queues():
        assert (queue.exchange.name, queue.routing_key) == (queue.name, queue.name)
    assert {queue.name for queue in app.amqp.queues.consume_from.values()} == set(QUEUES)


def test_what_is_sent_by_name_alone_goes_to_its_queue():
    routed = {entry["task"]: app.amqp.router.route({}, entry["task"])["queue"].name for entry in schedule()}
    assert routed == {entry["task"]: task_routes()[entry["task"]]["queue"] for entry in schedule()}


def schedule() -> list[dict[str, str]]:
    return list(beat_schedule(lease=60, embedded=True).values())
