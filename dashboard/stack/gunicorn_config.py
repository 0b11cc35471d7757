"""Settings of the web server; the address and the sizes come on its command line."""

from typing import Any

from dashboard.stack.child import die_with_parent

worker_class = "gthread"
graceful_timeout = 4
timeout = 120
keepalive = 30
accesslog = None
errorlog = "-"
# Two processes parse the same small application: loading it before the fork saves memory and start-up time.
preload_app = False
# Its socket would lie in the home folder of the user, where two copies of Gatehouse meet.
control_socket_disable = True


def post_fork(_server: Any, _worker: Any) -> None:
    """End with the master, however it ends."""
    die_with_parent()
