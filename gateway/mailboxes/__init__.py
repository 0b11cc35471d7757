"""Mailboxes of recipients: where a copy lies, moving it, and who has seen it, whatever kind of mailbox it is."""
