"""What each finding says in a sentence: what the message is because of it, and the clause that tells why."""

from dataclasses import dataclass
from typing import Final

from gateway.detect.kept_lists import kept_lines


@dataclass(frozen=True, slots=True)
class Kind:
    """The words for one name of findings. `what` is empty if the finding does not tell what the message is."""

    what: str
    clause: str


_KINDS: Final = {
    name: Kind(what.strip("- "), clause)
    for name, what, clause in (line.split(" | ") for line in kept_lines("finding_words"))
}


def kind_of(name: str) -> Kind:
    """Return the words for the findings of a name. Names that have none are told by the name itself."""
    return _KINDS.get(name, Kind("", f"it has {name.replace('-', ' ')}"))
