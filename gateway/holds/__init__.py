"""Legal holds: mail that is kept until the hold is lifted."""
