"""The sender, the worker and Redis are killed again and again while mail and webhooks are sent to receivers that fail.

Each arrives at least once, none more often than the receiver left unanswered, but for what was under way when the
worker died; what is about one message arrives in its order. OUTBOX_ENTRIES says how many of each there are.

Slow, since killed processes have to come back, each time after a longer pause.
"""

import json
import os
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from tests.mail_server import mail_server
from tests.stack.running import kill_family, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
ENTRIES = int(os.environ.get("OUTBOX_ENTRIES", "3000"))
KILLS = int(os.environ.get("OUTBOX_KILLS", "6"))
RECEIVERS = 5
MAIL_LANES = 4
OF_ONE_MESSAGE = 3

WRITE = """
from django.contrib.auth.models import User
from django.utils import timezone
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.services import Outgoing, outbox_add
from dashboard.sealed import sealed
from investigate.alerts.channel import PURPOSE
from investigate.alerts.models import Alert
count, receivers, url, of_one = {count}, {receivers}, "{url}", {of_one}
alerts = [
    Alert.objects.create(name=f"a{{n}}", kind="overdue", way="webhook", is_on=False,
        target=sealed(f"{{url}}/{{n}}", purpose=PURPOSE), backend=backend_fingerprint(),
        account_id=backend_account_id())
    for n in range(receivers)
]
mail = [Outgoing(channel="mail", destination=f"p{{n}}@acme.example", key=f"mail:{{n}}",
    payload={{"subject": f"mail {{n}}", "text": "t"}}) for n in range(count)]
hooks = [Outgoing(channel="alert", destination=str(alerts[n // of_one % receivers].pk), key=f"hook:{{n}}",
    payload={{"n": n}}, stream=f"message:{{n // of_one}}") for n in range(count)]
for start in range(0, count, 100):
    outbox_add(mail[start:start + 100] + hooks[start:start + 100])
"""
COUNT = """
import json
from dashboard.outbox.models import OutboxEntry
rows = OutboxEntry.objects.values_list("key", "state", "tries")
print("ROWS" + json.dumps(list(rows)))
"""


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        key = self.headers["Idempotency-Key"]
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.asked[key] += 1
            number, first = int(key.partition(":")[2]), self.server.asked[key] == 1
        if first and number in self.server.never:
            self.server.unanswered[key] += 1
            time.sleep(40)
            self.close_connection = True
            return
        code, headers = 200, []
        if first and number % 20 == 3:
            code = 500
        elif first and number % 60 == 7:
            code, headers = 429, [("Retry-After", "1")]
        elif number % 20 == 11:
            time.sleep(0.2)
        if code == 200:
            with self.server.lock:
                self.server.arrived[key] += 1
                self.server.order[number // OF_ONE_MESSAGE].append(number)
        self.send_response(code)
        for name, value in [*headers, ("Content-Length", "0")]:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hooks():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.lock, server.never = threading.Lock(), {ENTRIES // 3, ENTRIES // 2}
    server.asked, server.arrived, server.unanswered = Counter(), Counter(), Counter()
    server.order = defaultdict(list)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def rows_of(stack) -> list[tuple[str, str, int]]:
    said = stack.manage("shell", "--verbosity", "0", "-c", COUNT).stdout
    return [tuple(row) for row in json.loads(said.partition("ROWS")[2])]


@pytest.mark.timeout(2400)
def test_all_of_it_arrives_whatever_dies(own_stack, hooks):
    chance = Random(7)
    with mail_server() as server:
        server.hangs = 1
        server.data_answers = ["451 4.3.0 later", "421 4.3.2 closing"]
        for number in range(0, ENTRIES, 50):
            server.rcpt_answers[f"p{number}@acme.example"] = ["450 4.2.0 greylisted"]
        own_stack.use_servers(own_redis=True)
        own_stack.environment |= {"EMAIL_URL": server.url, "GATEHOUSE_JOB_LEASE": "30"}
        stack = own_stack.start()
        url = f"http://127.0.0.1:{hooks.server_port}"
        script = WRITE.format(count=ENTRIES, receivers=RECEIVERS, url=url, of_one=OF_ONE_MESSAGE)
        stack.manage("shell", "--verbosity", "0", "-c", script)
        for number in range(KILLS):
            time.sleep(chance.uniform(1.0, 5.0))
            victim = [("manage.py", "sender"), ("celery", "long@"), ("redis",)][number % 3]
            wait_for(lambda words=victim: stack.pid_of(*words), 90, f"a {victim[-1]}")
            kill_family(stack.child(*victim))

        def all_sent():
            states = Counter(state for _key, state, _tries in rows_of(stack))
            time.sleep(2)
            return states == {"sent": 2 * ENTRIES}

        wait_for(all_sent, 1500, "the end of all entries")
        mails = Counter(int(got.recipients[0][1:].partition("@")[0]) for got in server.received)
        tries = {key: tries for key, _state, tries in rows_of(stack)}

        assert set(mails) == set(range(ENTRIES))
        assert set(hooks.arrived) == {f"hook:{number}" for number in range(ENTRIES)}
        # Whoever died may have sent one more in each lane than it could tell.
        assert sum(mails.values()) - ENTRIES <= KILLS // 3 * MAIL_LANES
        assert sum(hooks.arrived.values()) - ENTRIES <= KILLS // 3 * RECEIVERS
        assert all(hooks.asked[key] <= tries[key] for key in hooks.asked)
        assert all(server.tries[f"p{number}@acme.example"] <= tries[f"mail:{number}"] for number in range(ENTRIES))
        for message, order in hooks.order.items():
            first = list(dict.fromkeys(order))
            assert first == sorted(first), f"message {message} arrived as {order}"
        again = sum(hooks.arrived.values()) + sum(mails.values()) - 2 * ENTRIES
        print(f"{2 * ENTRIES} entries, {KILLS} kills: {again} arrived twice")  # noqa: T201 - shown with -s
        wait_for(lambda: stack.health() == 200, 60, "a healthy stack")
