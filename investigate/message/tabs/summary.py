"""The Summary tab: authentication results, later actions, and the team's notes and assignee."""

from dashboard.audit.actor import Actor
from investigate.annotations.selectors import assignee_of, known_tags, notes_of, people_to_assign, tags_of
from investigate.display.message import DisplayedMessage
from investigate.message.authentication_results import checks_of
from investigate.message.sender_history import kept_sentences
from investigate.message.tabs.activity import activity_sources, merge_activity
from investigate.message.tabs.tab import Context
from investigate.releases.selectors import release_of


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. Only activity entries that are in the API's action log are shown."""
    return {
        "release": release_of(message.id),
        "sender_history": kept_sentences(message),
        "checks": checks_of(message.data.validation),
        "activity": [entry for entry in merge_activity(*activity_sources(message)) if entry.is_in_log],
        "notes": notes_of(message.id),
        "assignee": assignee_of(message.id),
        "tags": tags_of(message.id),
        "known_tags": known_tags(),
        "people": people_to_assign(),
    }
