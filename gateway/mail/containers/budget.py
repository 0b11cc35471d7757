"""The budget for opening what lies within one message: bytes, depth, files and processor time."""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

from gateway.mail import limits
from gateway.mail.patience import patient
from gateway.mail.storable import storable

Result = TypeVar("Result")
_SHORTEST: Final = 0.01
_AGAIN: Final = 0.02
_SENTENCE: Final = 300
_CONTROLS: Final = dict.fromkeys(range(32), " ")


class OutOfTime(BaseException):
    """The processor time for opening files is used up.

    Not an Exception, so that libraries that catch every Exception don't go on.
    """


class Budget:
    """What may still be unpacked of one message, and the sentences about what was left out or read less closely."""

    def __init__(
        self,
        *,
        size: int = limits.UNPACKED_BYTES,
        members: int = limits.MEMBERS,
        seconds: float = limits.OPENING_SECONDS,
    ) -> None:
        self.size = size
        self.members = members
        self.unread: list[str] = []
        self.notes: list[str] = []
        self._deadline = time.process_time() + patient(seconds)
        self._armed = False

    def leave_out(self, what: str) -> None:
        """Say that something was not read although a mail program might show it."""
        what = storable(what.translate(_CONTROLS))[:_SENTENCE]
        if what not in self.unread and len(self.unread) < limits.DEFECTS:
            self.unread.append(what)

    def note(self, what: str) -> None:
        """Say what was read less closely, without holding it against the message."""
        what = storable(what.translate(_CONTROLS))[:_SENTENCE]
        if what not in self.notes and len(self.notes) < limits.DEFECTS:
            self.notes.append(what)

    def take(self, size: int) -> bool:
        """Take bytes off the budget; return False, and take nothing, if there are not so many left."""
        if size > self.size:
            return False
        self.size -= size
        return True

    def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns; raise OutOfTime if it takes half of the processor time that is left.

        Half, so that one file that takes forever leaves time for those after it. Work is interrupted in the main
        thread, which is where the parser's process works; elsewhere only the start is refused.
        """
        left = self._deadline - time.process_time()
        if left <= 0:
            raise OutOfTime
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
            return work()
        # The handler stays: while nothing is armed, a signal that comes late does nothing.
        signal.signal(signal.SIGPROF, self._stop)
        try:
            try:
                self._armed = True
                # The signal comes again and again, in case a library swallowed the exception.
                signal.setitimer(signal.ITIMER_PROF, max(left / 2, _SHORTEST), _AGAIN)
                return work()
            finally:
                self._armed = False
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:
            raise OutOfTime
