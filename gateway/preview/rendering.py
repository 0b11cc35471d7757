"""The renderer's work on one message: read it, build its page, have it drawn, keep the picture."""

import logging

from django.conf import settings

from gateway.delivery.ledger import DATABASE
from gateway.mail.isolation import document_isolated
from gateway.metrics import PREVIEW_SECONDS, PREVIEWS
from gateway.models import RawMail
from gateway.preview.browser import RenderFailed
from gateway.preview.cached import keep_picture, kept_picture
from gateway.preview.drawing_process import DrawingProcess
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)


def render(name: str, drawing: DrawingProcess) -> str:
    """Draw a message by the name of its preview, and return why that failed, or an empty string.

    It may run twice: what was drawn is not drawn again. If the process dies in between, the message is asked for again.
    """
    if kept_picture(name) is not None:
        return ""
    row = RawMail.objects.using(DATABASE).filter(pk=name.partition("-")[0]).first()
    if row is None:
        return "the message is gone"
    try:
        raw = read_raw(row)
    except OSError as error:
        return f"the message can't be read ({type(error).__name__})"
    try:
        with PREVIEW_SECONDS.time():
            png = drawing.draw(document_isolated(raw).html, settings.GATEWAY_PREVIEW_SECONDS)
    except RenderFailed as error:
        PREVIEWS.labels("failed").inc()
        logger.warning("the preview %s failed: %s", name[:12], error)
        return str(error)
    keep_picture(name, png)
    PREVIEWS.labels("drawn").inc()
    return ""
