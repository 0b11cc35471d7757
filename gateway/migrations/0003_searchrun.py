import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0002_full_text")]

    operations = [
        migrations.CreateModel(
            name="SearchRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("filters", models.JSONField()),
                ("limit", models.PositiveIntegerField()),
                ("cursor", models.CharField(max_length=40)),
                ("offset", models.BigIntegerField()),
                ("enqueued_at", models.DateTimeField(db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("failed", "Failed")],
                        default="pending",
                        max_length=7,
                    ),
                ),
                ("keys", models.JSONField(default=list)),
                ("older", models.CharField(max_length=40)),
                ("newer", models.CharField(max_length=40)),
            ],
        ),
    ]
