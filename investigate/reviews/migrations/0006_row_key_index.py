"""The index by which the submissions of one row are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_row_key")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["account_id", "backend", "row_key"], name="review_submission_by_row"),
        ),
    ]
