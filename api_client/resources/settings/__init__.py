"""Operations that read and change the settings of an account."""

from api_client.resources.settings.base import BatchResult
from api_client.resources.settings.settings import Settings

__all__ = ["BatchResult", "Settings"]
