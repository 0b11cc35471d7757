"""Model of a link between two accounts."""

from django.conf import settings
from django.db import models


class AccountLink(models.Model):
    """Somebody could have signed in to this account: they made it, or took its password away and got the new link.

    Both accounts count as one person until somebody vouches that they are two: another admin who is neither, or the
    operator by `manage.py vouch`.
    """

    class How(models.TextChoices):
        INVITED = "invited", "made by"
        RENEWED = "renewed", "given a new password by"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links_made")
    how = models.CharField(max_length=10, choices=How.choices)
    at = models.DateTimeField(auto_now_add=True)
    vouched_by_name = models.CharField(max_length=150, blank=True)
    vouched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="link_open", condition=models.Q(vouched_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_how_display()} {self.maker_id}"
