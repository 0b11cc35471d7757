"""Link the accounts that were made before links were kept, as the audit trail tells it."""

from django.db import migrations

_HOW = {"person_create": "invited", "person_renew": "renewed"}


def link(apps, _schema_editor):
    User = apps.get_model("auth", "User")
    AccountLink = apps.get_model("account_links", "AccountLink")
    AuditEntry = apps.get_model("dashboard", "AuditEntry")
    ids = dict(User.objects.values_list("username", "pk"))
    rows = AuditEntry.objects.filter(action__in=_HOW, user__isnull=False, outcome="done").order_by("id")
    found = dict.fromkeys(
        (ids[name], maker, _HOW[action])
        for action, name, maker in rows.values_list("action", "object_id", "user_id").iterator()
        if name in ids and ids[name] != maker
    )
    AccountLink.objects.bulk_create(
        [AccountLink(user_id=user, maker_id=maker, how=how) for user, maker, how in found], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("account_links", "0001_account_links"), ("dashboard", "0006_selections")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
