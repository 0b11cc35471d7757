"""Impersonation registry: people whose display names attackers use."""

from django.db import models

from gateway.models.setting import Setting


class RegistryEntry(Setting):
    """A person's name and genuine email address. `provenance` is the directory that maintains the entry, if any."""

    class Provenance(models.TextChoices):
        INTERNAL = "A1S_INTERNAL", "entered by hand"
        CASB_OFFICE_365 = "SNOOPY-CASB_OFFICE_365", "Office 365, through the CASB"
        OFFICE_365 = "SNOOPY-OFFICE_365", "Office 365"
        GOOGLE = "SNOOPY-GOOGLE_DIRECTORY", "Google"

    name = models.CharField(max_length=1024)
    email = models.CharField(max_length=1024)
    is_email_regex = models.BooleanField()
    provenance = models.CharField(max_length=23, choices=Provenance.choices, null=True)  # noqa: DJ001 - null in the API
    directory_id = models.BigIntegerField(null=True)
    directory_node_id = models.BigIntegerField(null=True)
    external_directory_node_id = models.CharField(max_length=1024, null=True)  # noqa: DJ001 - null in the API
    comments = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def identity(self) -> tuple[str, ...]:
        """Return the name and the address. A literal address is compared without regard to case."""
        email = self.email if self.is_email_regex else self.email.casefold()
        return self.name.casefold(), str(self.is_email_regex), email

    @property
    def is_synchronised(self) -> bool:
        """Return whether a directory maintains this entry, so that it can't be edited here."""
        return self.provenance not in {None, self.Provenance.INTERNAL}
