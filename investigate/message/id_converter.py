"""Ids of messages in addresses."""

from urllib.parse import quote, unquote


class MessageIdConverter:
    """An investigate id or a postfix id, such as 4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678.

    The API calls ids opaque. What could be taken for another segment of the path is quoted once more than usual, since
    a web server has undone the usual quoting before Django sees the path.
    """

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        """Return the id; ValueError, which means not found, for what is none."""
        message_id = unquote(value)
        if message_id in {"", ".", ".."} or len(message_id) > 255 or not message_id.isprintable():
            raise ValueError("There is no such id.")
        return message_id

    def to_url(self, value: str) -> str:
        """Return the id as one segment; Django quotes it for the address."""
        if value in {".", ".."}:
            return value.replace(".", "%2E")
        return quote(value, safe=":@!$&'()*+,;=~ ")
