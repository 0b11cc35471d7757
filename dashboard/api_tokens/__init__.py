"""API tokens of the embedded gateway: list, make, narrow, rotate and revoke them, over the API."""
