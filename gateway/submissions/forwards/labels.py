"""What mail programs write above a message that they forward within the text, in several languages."""

import re
from typing import Final

_FROM: Final = "from|von|de|da|van|från|fra|od|expéditeur|lähettäjä|gönderen"
_SENT: Final = (
    "date|sent|datum|gesendet|gesendet am|envoyé|envoyé le|fecha|enviado|enviado el|enviado em|data|inviato|verzonden"
    "|skickat|sendt|dato|wysłano|odesláno|lähetetty|päivämäärä|tarih"
)
_TO: Final = "to|an|à|a|pour|para|aan|till|til|do|komu|vastaanottaja|kime"
_SUBJECT: Final = "subject|betreff|objet|sujet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|předmět|aihe|konu"

FROM, SENT, TO, SUBJECT, OTHER, MESSAGE_ID = "from", "sent", "to", "subject", "other", "message-id"
KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(_FROM.split("|"), FROM),
    **dict.fromkeys(_SENT.split("|"), SENT),
    **dict.fromkeys(_TO.split("|"), TO),
    **dict.fromkeys(_SUBJECT.split("|"), SUBJECT),
    **dict.fromkeys("cc|kopie|copie|bcc|reply-to|antwort an|répondre à|importance|wichtigkeit".split("|"), OTHER),
    "message-id": MESSAGE_ID,
}
"""What a label means, by its case-folded text without the colon."""
LONGEST_LABEL: Final = 24

# Of forwards and of answers: Outlook writes one for the other when a message is forwarded.
_PREFIX: Final = re.compile(
    r"\s{0,5}(?:re|aw|antw|antwort|sv|vs|odp|ref|rv|res|rif|fwd?|wg|tr|i|enc|vb|pd|vl|doorst)(?:\[\d{1,3}\])?\s{0,2}[:：]"
    r"|\s{0,5}\[[^\[\]]{1,40}\]",
    re.IGNORECASE,
)
_MOST_PREFIXES: Final = 10


def bare_subject(subject: str) -> str:
    """Return a subject without the marks of forwards, answers and lists in front, case-folded, with single blanks."""
    start = 0
    for _count in range(_MOST_PREFIXES):
        match = _PREFIX.match(subject, start)
        if match is None:
            break
        start = match.end()
    return " ".join(subject[start:].split()).casefold()
