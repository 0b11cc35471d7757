"""The key by which submissions stand in one row of the list: at first, that of the same mail."""

from django.db import migrations, models
from django.db.models import F


def fill(apps, _schema_editor):
    apps.get_model("reviews", "Submission").objects.filter(row_key="").update(row_key=F("same_mail"))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_same_mail_index")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="row_key",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
