"""What mail and pages say of a held message in the reader's language: its verdict in a sentence, and its time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from api_client.models.values import Disposition

_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        Disposition.MALICIOUS: "It is taken for an attack: phishing, malware or fraud.",
        Disposition.MALICIOUS_BEC: "Somebody seems to pose as a person of trust.",
        Disposition.SUSPICIOUS: "It looks like an attack, without proof.",
        Disposition.SPOOF: "It claims a sender that it does not come from.",
        Disposition.SPAM: "It is taken for unwanted advertising.",
        Disposition.BULK: "It is a mailing to many, such as a newsletter.",
        Disposition.NONE: "Nothing was found in it; a rule of your organisation holds it.",
        "": "Your organisation holds it until somebody has looked at it.",
    },
    "de": {
        Disposition.MALICIOUS: "Sie gilt als Angriff: Phishing, Schadsoftware oder Betrug.",
        Disposition.MALICIOUS_BEC: "Jemand gibt sich offenbar als Vertrauensperson aus.",
        Disposition.SUSPICIOUS: "Sie sieht nach einem Angriff aus; bewiesen ist es nicht.",
        Disposition.SPOOF: "Sie nennt einen Absender, von dem sie nicht kommt.",
        Disposition.SPAM: "Sie gilt als unerwünschte Werbung.",
        Disposition.BULK: "Sie ist eine Sendung an viele, etwa ein Newsletter.",
        Disposition.NONE: "Es wurde nichts darin gefunden; eine Regel Ihrer Organisation hält sie zurück.",
        "": "Ihre Organisation hält sie zurück, bis jemand sie angesehen hat.",
    },
}
_TIMES = {"en": "%-d %b %Y, %H:%M", "de": "%d.%m.%Y, %H:%M"}


def verdict_sentence(disposition: str, language: str) -> str:
    """Return the verdict in a sentence. One that this version does not know is said without a name."""
    sentences = _SENTENCES.get(language, _SENTENCES["en"])
    return sentences.get(disposition.upper() or Disposition.NONE, sentences[""])


def time_text(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return a time in the reader's zone, with the name of the zone."""
    local = moment.astimezone(zone)
    # Month names of strftime follow the locale of the process, which is C: English.
    return f"{local.strftime(_TIMES.get(language, _TIMES['en']))} {local.tzname()}"
