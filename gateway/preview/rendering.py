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
from gateway.preview.render_queue import RenderQueue
from gateway.store.raw_mail import RawMailMissing, read_raw

logger = logging.getLogger(__name__)


def render_pdf(name: str, queue: RenderQueue, drawing: DrawingProcess) -> str:
    """Draw a document of the console as PDF, and return why that failed, or an empty string.

    Raise RenderFailed if the browser does not start. If the process dies in between, whoever asked gets none in time.
    """
    html = queue.document(name)
    if html is None:
        return "it was asked for too long ago"
    drawing.start()
    try:
        queue.keep_pdf(name, drawing.draw(html, settings.GATEWAY_PREVIEW_SECONDS, as_pdf=True))
    except RenderFailed as error:
        logger.warning("the PDF %s failed: %s", name, error)
        return str(error)
    return ""


def render(name: str, drawing: DrawingProcess) -> str:
    """Draw a message by the name of its preview, and return why that failed, or an empty string.

    What is returned is the message's own fault, and is remembered. Raise RenderFailed if the browser does not start,
    and OSError if the disk does not answer: then the message can be asked for again at once.

    It may run twice: what was drawn is not drawn again. If the process dies in between, the message is asked for again.
    """
    if kept_picture(name) is not None:
        return ""
    row = RawMail.objects.using(DATABASE).filter(pk=name.partition("-")[0]).first()
    if row is None:
        return "the message is gone"
    try:
        raw = read_raw(row)
    except RawMailMissing:
        return "the message is gone"
    drawing.start()
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
