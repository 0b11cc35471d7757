"""The Django project and the console's shell."""

from dashboard.celery import app as celery_app

__all__ = ["celery_app"]
