"""Database router: which app uses which database."""

from typing import Any

from django.db.models import Model

GATEWAY_APPS = {"gateway"}


class AppRouter:
    """Route the gateway app to the database `gateway` and all others to `default`, without relations in between."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        return "gateway" if model._meta.app_label in GATEWAY_APPS else "default"

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **_hints: Any) -> bool:
        return (first._meta.app_label in GATEWAY_APPS) == (second._meta.app_label in GATEWAY_APPS)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        # A replica has what its server's tables have.
        return db != "gateway_replica" and (db == "gateway") == (app_label in GATEWAY_APPS)
