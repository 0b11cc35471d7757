"""Automations act on campaigns, and herd immunity does so as it is shipped, unless somebody has touched it."""

from typing import Any

from django.db import migrations, models

AS_SHIPPED = {
    "kind": "herd",
    "mode": "off",
    "event": "reported",
    "query": "",
    "reporters": 5,
    "act": "move",
    "destination": "DeletedItems",
    "per_hour": 500,
    "unattended": 1000,
}


def take_campaigns(apps: Any, _schema: Any) -> None:
    """Let herd immunity act on campaigns where it is off and as it was shipped. Doing it twice changes nothing."""
    apps.get_model("automations", "Automation").objects.filter(**AS_SHIPPED, scope="copies").update(scope="campaign")


def take_copies(apps: Any, _schema: Any) -> None:
    """Let every automation that acts on campaigns act on copies: nothing else is known to the code before."""
    apps.get_model("automations", "Automation").objects.filter(scope="campaign").update(scope="copies")


class Migration(migrations.Migration):
    """A choice of `scope`, and the row of the shipped automation."""

    dependencies = [("automations", "0001_automations")]

    operations = [
        migrations.AlterField(
            model_name="automation",
            name="scope",
            field=models.CharField(
                choices=[
                    ("message", "The message alone"),
                    ("copies", "All copies of the mail"),
                    ("campaign", "Its campaign"),
                ],
                default="message",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="automation",
            name="event",
            field=models.CharField(
                choices=[
                    ("judged", "A message was judged"),
                    ("reported", "A user reported a message"),
                    ("classified", "A submission was answered"),
                    ("released", "A message was released by a job"),
                    ("job_ended", "A job that acted on the message ended"),
                    ("campaign", "A message joined a campaign of threats"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(take_campaigns, take_copies),
    ]
