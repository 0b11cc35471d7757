"""Legal holds on mail, which the embedded gateway keeps: set, lifted and shown here."""
