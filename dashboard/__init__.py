"""The Django project: settings, URLs, and the parts of the console that all apps share."""

from dashboard.celery import app as celery_app

__all__ = ["celery_app"]
