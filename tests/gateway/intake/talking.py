"""SMTP conversations that tests drive line by line; the fixture in `conftest.py` closes all of them."""

import contextlib
import socket

from tests.gateway import test_intake_limits
from tests.gateway.mails import mail

OPEN: list[test_intake_limits.Talk] = []


class Talk(test_intake_limits.Talk):
    """A client that says its greeting commands, and is closed after the test."""

    def __init__(self, port, *commands, header=None):
        OPEN.append(self)
        if header is None:
            super().__init__(port, *commands)
            return
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.socket.makefile("rb")
        self.greeting = b""
        # Who is closed while there is more to read is told by a reset.
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(header)
            self.greeting = self.stream.readline()

    def lines(self, command):
        """Send a command and return all lines of its reply."""
        self.socket.sendall(command.encode() + b"\r\n")
        found = [self.stream.readline().decode().rstrip()]
        while found[-1][3:4] == "-":
            found.append(self.stream.readline().decode().rstrip())
        return found


def hand_in(talk, *commands, recipient="bo@acme.example", raw=None):
    """Hand in a message and return the last reply; stop at the first that is refused."""
    for command in (*commands, "MAIL FROM:<ann@partner.example>", f"RCPT TO:<{recipient}>", "DATA"):
        reply = talk.say(command)
        if reply[0] not in "23":
            return reply
    talk.socket.sendall((raw or mail()) + b".\r\n")
    return talk.stream.readline().decode()
