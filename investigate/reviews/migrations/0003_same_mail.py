"""A key that users' reports of the same mail share. It is filled for the submissions that are there."""

import hashlib

from django.db import migrations, models


def fill(apps, _schema_editor):
    submissions = apps.get_model("reviews", "Submission").objects
    batch = []
    for one in submissions.filter(same_mail="").iterator(1000):
        if one.type.lower() != "user":
            key = one.submission_id
        elif one.original_edf_hash:
            key = f"{one.original_edf_hash}\n{one.subject.strip().casefold()}"
        else:
            key = one.original_postfix_id or one.submission_id
        one.same_mail = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        batch.append(one)
        if len(batch) == 500:
            submissions.bulk_update(batch, ["same_mail"])
            batch = []
    submissions.bulk_update(batch, ["same_mail"])


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_one_path")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="same_mail",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
