"""Makes mail of templates, in the reader's language, for the outbox.

A mail has three templates in `templates/mail/<language>/`: `<name>.subject.txt`, `<name>.txt` and `<name>.html`. Values
are escaped in the HTML one alone. What strangers wrote has to pass `mail_line` or the filters of `mail_text` first.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from dashboard.mail_text import defang, plain
from dashboard.outbox.mail_channel import MAIL
from dashboard.outbox.services import Outgoing

LANGUAGES = {"en": "English", "de": "Deutsch"}
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class File:
    """A file that is attached to a mail."""

    name: str
    content_type: str
    content: bytes


def language_of(wanted: str) -> str:
    """Return the language if there are templates in it, else English."""
    return wanted if wanted in LANGUAGES else "en"


def mail_line(text: str, longest: int = 200) -> str:
    """Return what a stranger wrote as one line for a mail: hidden characters shown, nothing that becomes a link."""
    line = _SPACE.sub(" ", text[: longest * 4]).strip()
    shown = plain(defang(line))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def mail_of(
    *,
    to: str,
    key: str,
    template: str,
    language: str,
    context: Mapping[str, Any],
    about_kind: str = "",
    about_id: str = "",
    not_before: datetime | None = None,
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    files: Sequence[File] = (),
) -> Outgoing:
    """Return a mail to one person, rendered now. Hand it to `outbox_add`.

    `url` in the templates is the console's address. Raise TemplateDoesNotExist for an unknown name.
    """
    chosen = language_of(language)
    values = {"url": settings.GATEHOUSE_URL, "language": chosen, **context}
    with translation.override(chosen):
        subject = _SPACE.sub(" ", _text(f"mail/{chosen}/{template}.subject.txt", values)).strip()[:200]
        payload = {
            "subject": subject,
            "text": _text(f"mail/{chosen}/{template}.txt", values),
            "html": get_template(f"mail/{chosen}/{template}.html").render(values),
            "reply_to": list(reply_to),
            "headers": dict(headers or {}),
            "files": [[file.name, file.content_type, b64encode(file.content).decode("ascii")] for file in files],
        }
    return Outgoing(
        channel=MAIL,
        destination=to,
        key=key,
        payload=payload,
        title=subject,
        about_kind=about_kind,
        about_id=about_id,
        not_before=not_before,
    )


def _text(name: str, values: dict[str, Any]) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]  # Django's own engine has it
    return str(template.render(Context(values, autoescape=False)))
