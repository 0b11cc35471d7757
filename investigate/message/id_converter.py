"""Django path converter for message ids in URLs."""

from urllib.parse import quote, unquote


class MessageIdConverter:
    """Converter for an investigate id or a postfix id, such as 4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678.

    Ids are opaque according to the API, so they may contain any characters. Characters that could be read as part of
    the path are percent-encoded twice, because the web server decodes the path once before Django sees it.
    """

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        """Return the id. Raise ValueError, which Django answers with 404, if the segment is not a valid id."""
        message_id = unquote(value)
        if message_id in {"", ".", ".."} or len(message_id) > 255 or not message_id.isprintable():
            raise ValueError("There is no such id.")
        return message_id

    def to_url(self, value: str) -> str:
        """Return the id as one path segment. Django percent-encodes it again for the URL."""
        if value in {".", ".."}:
            return value.replace(".", "%2E")
        return quote(value, safe=":@!$&'()*+,;=~ ")
