"""Display of dispositions: label, mark, colour and meaning."""

from dataclasses import dataclass

from api_client.models.values import Disposition


@dataclass(frozen=True, slots=True)
class Verdict:
    """Display of one disposition. `kind` sets its colour, `meaning` explains it in a sentence."""

    kind: str
    mark: str
    label: str
    meaning: str

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found. Then the API may not return the data that it provides for detections only."""
        return self.kind == "clean"


_VERDICTS = {
    Disposition.MALICIOUS: Verdict("malicious", "■", "Malicious", "It is an attack: phishing, malware or fraud."),
    Disposition.MALICIOUS_BEC: Verdict(
        "malicious", "■", "Malicious BEC", "It is business email compromise: someone poses as a person of trust."
    ),
    Disposition.SUSPICIOUS: Verdict("suspicious", "▲", "Suspicious", "It looks like an attack, without proof."),
    Disposition.SPOOF: Verdict("spoof", "◆", "Spoof", "It claims a sender that it does not come from."),
    Disposition.SPAM: Verdict("spam", "●", "Spam", "It is unwanted advertising."),
    Disposition.BULK: Verdict("bulk", "○", "Bulk", "It is a mailing to many, such as a newsletter."),
    Disposition.NONE: Verdict("clean", "✓", "Clean", "Nothing was found in it."),
    Disposition.ENCRYPTED: Verdict("other", "–", "Encrypted", "It could not be read, so it was not judged."),
    Disposition.EXTERNAL: Verdict("other", "–", "External", "It was judged elsewhere."),
    Disposition.UNKNOWN: Verdict("other", "–", "Unknown", "It has not been judged."),
}

# Dispositions that a search can filter by and a reclassification can request, worst first.
CHOICES = [
    Disposition.MALICIOUS,
    Disposition.SUSPICIOUS,
    Disposition.SPOOF,
    Disposition.SPAM,
    Disposition.BULK,
    Disposition.NONE,
]


def verdict_of(disposition: str | None) -> Verdict:
    """Return the display of a disposition. None means clean. An unknown disposition is shown with its own name."""
    if not disposition:
        return _VERDICTS[Disposition.NONE]
    try:
        return _VERDICTS[Disposition(disposition.upper())]
    except ValueError:
        label = disposition.replace("_", " ").replace("-", " ").capitalize()
        return Verdict("other", "–", label, "This version of Gatehouse does not know this disposition.")
