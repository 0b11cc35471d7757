"""Django path converter for the API's ids in URLs: of messages, submissions and policy entries."""

from urllib.parse import quote, unquote


class OpaqueIdConverter:
    """Converter for an id of the API, such as 4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678.

    Ids are opaque according to the API, so they may contain any characters. Characters that could be read as part of
    the path are percent-encoded twice, because the web server decodes the path once before Django sees it.
    """

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        """Return the id. Raise ValueError, which Django answers with 404, if the segment is not a valid id."""
        found = unquote(value)
        if found in {"", ".", ".."} or len(found) > 255 or not found.isprintable():
            raise ValueError("There is no such id.")
        return found

    def to_url(self, value: str | int) -> str:
        """Return the id as one path segment. Django percent-encodes it again for the URL."""
        text = str(value)
        if text in {".", ".."}:
            return text.replace(".", "%2E")
        return quote(text, safe=":@!$&'()*+,;=~ ")
