"""Models of findings and authentication results, which messages and detections share."""

from __future__ import annotations

from api_client.models.base import WireModel


class Finding(WireModel):
    """One thing that a detector found; `detection` is a Disposition or a newer value."""

    attachment: str | None = None
    detail: str | None = None
    detection: str | None = None
    field: str | None = None
    name: str | None = None
    portion: str | None = None
    reason: str | None = None
    score: float | None = None
    value: str | None = None


class Validation(WireModel):
    """SPF, DKIM and DMARC, each a ValidationResult or a newer value."""

    comment: str | None = None
    dkim: str | None = None
    dmarc: str | None = None
    spf: str | None = None
