"""What ends a backup or a restore."""


class BackupError(Exception):
    """It can't be done. The message is a sentence for the operator, and says what to do where something can be done."""


class ArchiveDamaged(BackupError):
    """The archive is not what a backup wrote: cut off, changed, or of another kind."""
