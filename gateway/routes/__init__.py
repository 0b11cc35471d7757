"""Routes: where the mail of each domain is delivered to, and where its mailboxes are, as the operator wrote it."""
