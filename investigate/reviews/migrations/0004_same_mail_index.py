"""The index by which users' reports of the same mail are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_same_mail")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["account_id", "backend", "same_mail"], name="review_submission_same_mail"),
        ),
    ]
