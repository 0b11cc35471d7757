"""Pages of automations and notices."""
