"""Evidence packs: a message, job or submission with all that is on record about it, checked offline by a script."""
