"""Settings of gunicorn. The command line sets the address and the numbers of workers and threads."""

from typing import Any

from dashboard.stack.child import die_with_parent

worker_class = "dashboard.web_server.worker.BufferingWorker"
umask = 0o077
graceful_timeout = 4
timeout = 120
keepalive = 30
accesslog = None
errorlog = "-"
# Each worker loads the application after the fork. Preloading it would save memory and start-up time.
preload_app = False
# The control socket would be in the user's home folder, where two copies of Gatehouse would conflict.
control_socket_disable = True


def post_fork(_server: Any, _worker: Any) -> None:
    """Have the worker killed when the gunicorn master dies for any reason."""
    die_with_parent()
