"""An upgrade from an earlier version, with data that it left."""
