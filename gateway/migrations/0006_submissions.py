"""Submissions of both kinds, and what came of them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def tell(apps, schema_editor):
    """Fill in what earlier submissions, all the team's, did not keep."""
    alias = schema_editor.connection.alias
    Submission, Message = apps.get_model("gateway", "Submission"), apps.get_model("gateway", "Message")
    message = Message.objects.using(alias).filter(pk=OuterRef("message_id"))
    Submission.objects.using(alias).update(
        account_id=Subquery(message.values("account_id")[:1]), subject=Subquery(message.values("subject")[:1])
    )
    Submission.objects.using(alias).filter(original_disposition="MALICIOUS-BEC").update(
        original_disposition="MALICIOUS"
    )
    for row in Submission.objects.using(alias).select_related("message").iterator():
        known = (row.subject, row.message.from_address, row.message.message_id, row.message.investigate_id)
        row.folded = " ".join([*known, row.requested_by]).casefold()
        row.save(using=alias, update_fields=["folded"])


class Migration(migrations.Migration):
    dependencies = [("gateway", "0005_bulk_jobs")]

    operations = [
        migrations.RemoveField(
            model_name="submission",
            name="escalated_submission_id",
        ),
        migrations.AddField(
            model_name="submission",
            name="account_id",
            field=models.CharField(default="", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="submission",
            name="customer_status",
            field=models.CharField(
                choices=[("unreviewed", "Unreviewed"), ("reviewed", "Reviewed"), ("escalated", "Escalated")],
                default="unreviewed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="escalated_as",
            field=models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="escalated_by",
            field=models.CharField(default="", max_length=320),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="escalated_to",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="escalated_from",
                to="gateway.submission",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="folded",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="outcome",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="outcome_disposition",
            field=models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="report",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="reported", to="gateway.message"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="status",
            field=models.CharField(
                choices=[("submitted", "Submitted"), ("completed", "Completed"), ("failed", "Failed")],
                default="submitted",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="subject",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submission",
            name="try_after",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="type",
            field=models.CharField(choices=[("Team", "Team"), ("User", "User")], default="Team", max_length=4),
        ),
        migrations.AlterField(
            model_name="submission",
            name="message",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="submissions", to="gateway.message"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="requested_by",
            field=models.CharField(max_length=320),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_phish_submission", True)), fields=["id"], name="message_reported"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["account_id", "requested_at"], name="submission_by_time"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("status", "submitted")), fields=["requested_at"], name="submission_waiting"
            ),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
