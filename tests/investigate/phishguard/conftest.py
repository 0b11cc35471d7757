"""The console with an API that has submissions and reports."""

from tests.investigate.reviews.conftest import reviews

__all__ = ["reviews"]
