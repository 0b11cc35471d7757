from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0006_submissions")]

    operations = [
        migrations.CreateModel(
            name="PhishGuardMark",
            fields=[
                ("account_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("seen_to", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PhishGuardReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.CharField(max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[("late_threat", "Late Threat"), ("campaign", "Campaign"), ("targeted", "Targeted")],
                        max_length=11,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("title", models.TextField()),
                ("content", models.TextField()),
                ("priority", models.CharField(max_length=10)),
                ("disposition", models.CharField(max_length=20)),
                ("tags", models.JSONField(default=list)),
                ("sender", models.TextField()),
                ("recipients", models.JSONField(default=list)),
                ("occurred_at", models.DateTimeField()),
                ("postfix_id", models.CharField(max_length=20)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="phishguardreport",
            index=models.Index(fields=["account_id", "created_at"], name="phishguard_by_time"),
        ),
        migrations.AddConstraint(
            model_name="phishguardreport",
            constraint=models.UniqueConstraint(
                fields=("account_id", "kind", "key", "day"), name="one_report_for_each_day"
            ),
        ),
    ]
