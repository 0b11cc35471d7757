"""Names of figures in the languages of the report."""

from __future__ import annotations

from dashboard.outbox.mail import language_of

_WORDS = {
    "en": {
        "MALICIOUS": "Malicious",
        "SUSPICIOUS": "Suspicious",
        "SPOOF": "Spoof",
        "SPAM": "Spam",
        "BULK": "Bulk",
        "NONE": "Clean",
        "held": "Held",
        "released": "Released",
        "moved": "Moved after delivery",
        "targets": "Most attacked",
        "senders": "Senders of what was found",
        "categories": "Threat categories",
    },
    "de": {
        "MALICIOUS": "Schädlich",
        "SUSPICIOUS": "Verdächtig",
        "SPOOF": "Gefälschter Absender",
        "SPAM": "Spam",
        "BULK": "Massenmail",
        "NONE": "Unbedenklich",
        "held": "Zurückgehalten",
        "released": "Freigegeben",
        "moved": "Nach der Zustellung verschoben",
        "targets": "Am häufigsten angegriffen",
        "senders": "Absender des Gefundenen",
        "categories": "Arten von Bedrohungen",
    },
}


def words_in(language: str) -> dict[str, str]:
    """Return the names of figures in a language, else in English."""
    return _WORDS[language_of(language)]
