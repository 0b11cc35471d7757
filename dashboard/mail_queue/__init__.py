"""The queue of mail on its way, which the embedded gateway keeps: why it waits, when it is tried, try now, give up."""
