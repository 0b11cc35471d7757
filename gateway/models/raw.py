"""Where the exact bytes of a message lie."""

from django.db import models


class RawMail(models.Model):
    """The bytes of one message, content-addressed: a zstd frame in a file of the storage `raw_mail`.

    `length` is null when the frame is the whole file; a pack holds many frames, each at its offset. `size` is that
    of the uncompressed message, in bytes. The file is written before the row: a process that dies in between leaves
    a file without a row, which the next message of the same content takes up.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    file = models.CharField(max_length=200)
    offset = models.BigIntegerField(default=0)
    length = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"
