"""The words for a delivery or a move that a mailbox refused, as the action log and the trace tell them."""

from dataclasses import dataclass

LONGEST = 200


def reason_of(error: OSError) -> str:
    """Return why a mailbox could not be read or written, without the names of files."""
    return error.strerror or type(error).__name__


def is_worth_telling(attempt: int) -> bool:
    """Return whether a failed attempt, counted from 1, gets a line: the 1st, 2nd, 4th, 8th and so on.

    A copy is tried again every few seconds for as long as its mailbox fails. Neither trace nor log may grow with that.
    """
    return attempt & (attempt - 1) == 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed for one recipient: a word of the API, and the reason if there is one."""

    status: str
    reason: str = ""

    @property
    def words(self) -> str:
        """The word, with the reason after a colon."""
        return f"{self.status}: {self.reason}" if self.reason else self.status


def told(failures: list[Failure], *, of: int) -> str:
    """Return the status of an action on `of` copies of which these failed, for the action log."""
    words = "; ".join(dict.fromkeys(failure.words for failure in failures))
    share = f" ({len(failures)} of {of} recipients)" if of > 1 else ""
    return f"{words[: LONGEST - len(share)]}{share}"
