"""Raw mail: where the exact bytes of a message are stored."""

from django.db import models


class RawMail(models.Model):
    """The content-addressed bytes of one message: a zstd frame in a file of the storage `raw_mail`.

    `length` is null when the frame is the whole file. A pack contains many frames, each at its `offset`. `size` is
    the size of the uncompressed message in bytes. The file is written before the row. A process that dies in between
    leaves a file without a row. The next message with the same content uses that file; a pack is removed by retention.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    file = models.CharField(max_length=200)
    offset = models.BigIntegerField(default=0)
    length = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["file"], name="raw_mail_of_pack", condition=models.Q(length__isnull=False))]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"
