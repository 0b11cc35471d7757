"""Models of saved searches of the team and recent searches of each user."""

from django.conf import settings
from django.db import models

RECENT_KEPT = 12


class SavedSearch(models.Model):
    """A named search for everybody in the team. `query` is the query string of its URL.

    A pinned one is a view of the team: it stands beside the quick searches on everybody's search page.
    """

    name = models.CharField(max_length=80, unique=True)
    query = models.TextField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    is_pinned = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RecentSearch(models.Model):
    """A recent search of a user. The newest RECENT_KEPT searches of each user are kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=2000)
    text = models.CharField(max_length=2000)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-used_at"]
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="recent_search_once")]

    def __str__(self) -> str:
        return self.text
