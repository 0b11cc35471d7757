"""What the gateway learns from: the team's decisions, the models made of them, and which one is listened to."""

from django.db import models


class LearningExample(models.Model):
    """One decision of the team on one message: phishing, spam or ham.

        status   waiting ──▶ ready      (the worker has read the message and kept its features)
                         └─▶ unusable   (it is gone, or could not be read whole; `note` says why)

    A decision is written in the transaction that it is taken in. A later decision on the same message takes its place.
    `features` are the places of the message's features in a line of weights (`learning.linear_model.Places`): no text
    of the message, so the row may outlive it. `rules` and `is_bulk` are those of `learning.training.Example`.
    `taken_back_at` is set when somebody took the decision back; it is kept to be looked at, and no model is made of it.
    """

    class Label(models.TextChoices):
        PHISHING = "phishing"
        SPAM = "spam"
        HAM = "ham"

    class Origin(models.TextChoices):
        RECLASSIFIED = "reclassified"
        RELEASED = "released"
        COMMAND = "command"

    class Status(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        UNUSABLE = "unusable"

    account_id = models.CharField(max_length=32)
    raw_sha256 = models.CharField(max_length=64)
    investigate_id = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=8, choices=Label.choices)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    decided_by = models.CharField(max_length=320)
    decided_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    features = models.BinaryField(default=bytes)
    rules = models.FloatField(default=0.0)
    is_bulk = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "raw_sha256"], name="one_decision_each_message")]
        indexes = [
            models.Index(fields=["account_id", "decided_at"], name="example_by_time"),
            models.Index(fields=["id"], name="example_waiting", condition=models.Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.raw_sha256[:12]} is {self.label}, says {self.decided_by}"


class LearntVersion(models.Model):
    """A model as it was made of the examples of one moment; the newest ten are kept.

    `examples` is the digest of the examples that it was made of: the same ones are not made into a second version.
    `strength` and `bulk_strength` are its strengths on ordinary and on bulk mail; they, `counts` and `caught` are those
    of `learning.training.Trained`, the last two by label.
    """

    account_id = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    examples = models.CharField(max_length=64)
    model = models.BinaryField()
    strength = models.FloatField()
    bulk_strength = models.FloatField()
    counts = models.JSONField()
    caught = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "examples"], name="one_version_of_examples")]

    def __str__(self) -> str:
        return f"version {self.pk} of {self.made_at:%Y-%m-%d %H:%M}"


class LearningState(models.Model):
    """Whether the account's verdicts listen to what was learnt, and to which version.

    With `is_held`, somebody has turned back to `version`: new versions are made, and none is listened to by itself.
    """

    account_id = models.CharField(max_length=32, primary_key=True)
    is_on = models.BooleanField(default=True)
    is_held = models.BooleanField(default=False)
    version = models.ForeignKey(LearntVersion, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"{self.account_id}: {'on' if self.is_on else 'off'}, version {self.version_id}"
