"""The WSGI application, which gunicorn runs."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from dashboard.backup.home_state import why_not_whole
from dashboard.edge import require_safe_edge
from dashboard.private_state import NotPrivate, require_private
from dashboard.web_server.head_requests import without_body_of_head

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")


def _require_safe_start() -> None:
    """Start neither on state that is open or half restored, nor where others reach a console with weak settings."""
    try:
        require_private(settings.GATEHOUSE_HOME)
    except NotPrivate as error:
        raise ImproperlyConfigured(str(error)) from None
    if why := why_not_whole(settings.GATEHOUSE_HOME):
        raise ImproperlyConfigured(why)
    require_safe_edge(ImproperlyConfigured)


application = without_body_of_head(get_wsgi_application())
_require_safe_start()
