"""What leaves the console: mail, webhooks and event lines, each a row that is sent after what it tells is committed."""
