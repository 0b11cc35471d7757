"""The settings of an account; what the first tables knew of domains and people is taken over."""

import hashlib
import uuid
from django.db import migrations, models
from django.utils import timezone


def take_over(apps, schema_editor):
    """Copy the domains and people into the new tables; they were there before any proof of ownership was asked for."""
    alias = schema_editor.connection.alias
    now = timezone.now()

    def key(*parts):
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    domains = apps.get_model("gateway", "Domain").objects.using(alias)
    for old in apps.get_model("gateway", "ProtectedDomain").objects.using(alias).order_by("pk"):
        domains.get_or_create(
            account_id=old.account_id,
            key=key(old.domain.strip().rstrip(".").lower()),
            defaults={
                "domain": old.domain,
                "allowed_delivery_modes": ["DIRECT"],
                "drop_dispositions": ["MALICIOUS", "MALICIOUS-BEC", "SPAM", "SPOOF"],
                "regions": ["GLOBAL"],
                "created_at": now,
                "modified_at": now,
            },
        )
    people = apps.get_model("gateway", "RegistryEntry").objects.using(alias)
    for old in apps.get_model("gateway", "ImpersonationEntry").objects.using(alias).order_by("pk"):
        people.get_or_create(
            account_id=old.account_id,
            key=key(old.name.casefold(), "False", old.email.casefold()),
            defaults={
                "name": old.name,
                "email": old.email,
                "is_email_regex": False,
                "provenance": "A1S_INTERNAL",
                "created_at": now,
                "modified_at": now,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0003_searchrun"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllowPolicy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("pattern", models.CharField(max_length=1024)),
                (
                    "pattern_type",
                    models.CharField(
                        choices=[("EMAIL", "EMAIL"), ("DOMAIN", "DOMAIN"), ("IP", "IP"), ("UNKNOWN", "UNKNOWN")],
                        max_length=7,
                    ),
                ),
                ("is_regex", models.BooleanField()),
                ("comments", models.TextField(null=True)),
                ("is_acceptable_sender", models.BooleanField()),
                ("is_exempt_recipient", models.BooleanField()),
                ("is_trusted_sender", models.BooleanField()),
                ("verify_sender", models.BooleanField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BlockedSender",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("pattern", models.CharField(max_length=1024)),
                (
                    "pattern_type",
                    models.CharField(
                        choices=[("EMAIL", "EMAIL"), ("DOMAIN", "DOMAIN"), ("IP", "IP"), ("UNKNOWN", "UNKNOWN")],
                        max_length=7,
                    ),
                ),
                ("is_regex", models.BooleanField()),
                ("comments", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContentPolicy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("name", models.CharField(max_length=256)),
                ("pattern", models.CharField(max_length=1024)),
                ("targets", models.JSONField(default=list)),
                ("enabled", models.BooleanField()),
                ("notes", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("domain", models.CharField(max_length=253)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("ACTIVE", "Active"),
                            ("FAILED", "Failed"),
                            ("TIMEOUT", "Timeout"),
                        ],
                        default="ACTIVE",
                        max_length=7,
                    ),
                ),
                ("txt_value", models.CharField(blank=True, default="", max_length=64)),
                ("allowed_delivery_modes", models.JSONField(default=list)),
                ("drop_dispositions", models.JSONField(default=list)),
                ("ip_restrictions", models.JSONField(default=list)),
                ("regions", models.JSONField(default=list)),
                ("folder", models.CharField(max_length=8, null=True)),
                ("integration_id", models.CharField(max_length=64, null=True)),
                ("lookback_hops", models.PositiveSmallIntegerField(null=True)),
                ("require_tls_inbound", models.BooleanField(null=True)),
                ("require_tls_outbound", models.BooleanField(null=True)),
                ("transport", models.CharField(max_length=253, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("account_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RegistryEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("name", models.CharField(max_length=1024)),
                ("email", models.CharField(max_length=1024)),
                ("is_email_regex", models.BooleanField()),
                (
                    "provenance",
                    models.CharField(
                        choices=[
                            ("A1S_INTERNAL", "entered by hand"),
                            ("SNOOPY-CASB_OFFICE_365", "Office 365, through the CASB"),
                            ("SNOOPY-OFFICE_365", "Office 365"),
                            ("SNOOPY-GOOGLE_DIRECTORY", "Google"),
                        ],
                        max_length=23,
                        null=True,
                    ),
                ),
                ("directory_id", models.BigIntegerField(null=True)),
                ("directory_node_id", models.BigIntegerField(null=True)),
                ("external_directory_node_id", models.CharField(max_length=1024, null=True)),
                ("comments", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SendingDomainRestriction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("domain", models.CharField(max_length=253)),
                ("exclude", models.JSONField(default=list)),
                ("comments", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TrustedDomain",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("pattern", models.CharField(max_length=1024)),
                ("is_regex", models.BooleanField()),
                ("is_recent", models.BooleanField()),
                ("is_similarity", models.BooleanField()),
                ("comments", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UrlIgnorePattern",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("pattern", models.CharField(max_length=1024)),
                ("comments", models.TextField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="allowpolicy",
            index=models.Index(fields=["account_id", "created_at"], name="allowpolicy_new"),
        ),
        migrations.AddConstraint(
            model_name="allowpolicy",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="allowpolicy_once"),
        ),
        migrations.AddIndex(
            model_name="blockedsender",
            index=models.Index(fields=["account_id", "created_at"], name="blockedsender_new"),
        ),
        migrations.AddConstraint(
            model_name="blockedsender",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="blockedsender_once"),
        ),
        migrations.AddIndex(
            model_name="contentpolicy",
            index=models.Index(fields=["account_id", "created_at"], name="contentpolicy_new"),
        ),
        migrations.AddConstraint(
            model_name="contentpolicy",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="contentpolicy_once"),
        ),
        migrations.AddIndex(
            model_name="domain",
            index=models.Index(fields=["account_id", "created_at"], name="domain_new"),
        ),
        migrations.AddConstraint(
            model_name="domain",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="domain_once"),
        ),
        migrations.AddIndex(
            model_name="registryentry",
            index=models.Index(fields=["account_id", "created_at"], name="registryentry_new"),
        ),
        migrations.AddConstraint(
            model_name="registryentry",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="registryentry_once"),
        ),
        migrations.AddIndex(
            model_name="sendingdomainrestriction",
            index=models.Index(fields=["account_id", "created_at"], name="sendingdomainrestriction_new"),
        ),
        migrations.AddConstraint(
            model_name="sendingdomainrestriction",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="sendingdomainrestriction_once"),
        ),
        migrations.AddIndex(
            model_name="trusteddomain",
            index=models.Index(fields=["account_id", "created_at"], name="trusteddomain_new"),
        ),
        migrations.AddConstraint(
            model_name="trusteddomain",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="trusteddomain_once"),
        ),
        migrations.AddIndex(
            model_name="urlignorepattern",
            index=models.Index(fields=["account_id", "created_at"], name="urlignorepattern_new"),
        ),
        migrations.AddConstraint(
            model_name="urlignorepattern",
            constraint=models.UniqueConstraint(fields=("account_id", "key"), name="urlignorepattern_once"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.DeleteModel(
            name="ImpersonationEntry",
        ),
        migrations.DeleteModel(
            name="ProtectedDomain",
        ),
    ]
