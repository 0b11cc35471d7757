"""The history of senders: kept with each stored message, asked before a message is judged, forgotten with old mail."""
