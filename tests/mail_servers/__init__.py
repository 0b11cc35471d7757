"""Real mail servers for tests, where they are installed: each with configuration, folders and ports of its own."""
