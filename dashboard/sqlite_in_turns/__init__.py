"""Django's database backend for SQLite, whose writers take turns. Django imports `base`."""
