"""What the gateway counts for Prometheus."""

from prometheus_client import Counter, Histogram

MAIL = Counter("gatehouse_mail", "Messages that were taken in.", ["disposition", "held"])
MAIL_REFUSED = Counter("gatehouse_mail_not_stored", "Messages that could not be stored; their senders try again.")
SENT = Counter("gatehouse_sent", "Copies and bounces that were sent to a next hop.", ["outcome"])
PREVIEWS = Counter("gatehouse_previews", "Previews that the renderer was asked for.", ["outcome"])
PREVIEW_SECONDS = Histogram("gatehouse_preview_seconds", "Time to draw a preview.", buckets=(0.05, 0.1, 0.25, 1, 5, 15))
