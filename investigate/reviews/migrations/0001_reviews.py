
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mirror',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submissions', 'Submissions'), ('reports', 'PhishGuard reports')], max_length=16)),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('recent_at', models.DateTimeField(blank=True, null=True)),
                ('full_at', models.DateTimeField(blank=True, null=True)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'account_id', 'backend'), name='review_mirror_once')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('seen_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_by_name', models.CharField(blank=True, max_length=150)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by_name', models.CharField(blank=True, max_length=150)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closing_words', models.TextField(blank=True)),
                ('report_id', models.BigIntegerField()),
                ('title', models.TextField()),
                ('content', models.TextField(blank=True)),
                ('disposition', models.CharField(blank=True, max_length=32)),
                ('priority', models.CharField(blank=True, max_length=32)),
                ('tags', models.JSONField(default=list)),
                ('sender', models.TextField(blank=True)),
                ('recipients', models.JSONField(default=list)),
                ('postfix_id', models.CharField(blank=True, max_length=128)),
                ('occurred_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField(blank=True, null=True)),
                ('folded', models.TextField(blank=True)),
                ('claimed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('seen_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_by_name', models.CharField(blank=True, max_length=150)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by_name', models.CharField(blank=True, max_length=150)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closing_words', models.TextField(blank=True)),
                ('submission_id', models.CharField(max_length=64)),
                ('type', models.CharField(blank=True, max_length=16)),
                ('customer_status', models.CharField(blank=True, max_length=32)),
                ('status', models.CharField(blank=True, max_length=64)),
                ('outcome', models.CharField(blank=True, max_length=64)),
                ('original_disposition', models.CharField(blank=True, max_length=32)),
                ('requested_disposition', models.CharField(blank=True, max_length=32)),
                ('outcome_disposition', models.CharField(blank=True, max_length=32)),
                ('requested_by', models.CharField(blank=True, max_length=320)),
                ('requested_at', models.DateTimeField()),
                ('subject', models.TextField(blank=True)),
                ('original_postfix_id', models.CharField(blank=True, max_length=128)),
                ('original_edf_hash', models.CharField(blank=True, max_length=128)),
                ('escalated_as', models.CharField(blank=True, max_length=32)),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_by', models.CharField(blank=True, max_length=320)),
                ('escalated_submission_id', models.CharField(blank=True, max_length=64)),
                ('is_escalation', models.BooleanField(default=False)),
                ('folded', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by_name', models.CharField(blank=True, max_length=150)),
                ('request_id', models.CharField(blank=True, max_length=40)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_name', models.CharField(max_length=150)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('text', models.TextField()),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='reviews.report')),
                ('submission', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='reviews.submission')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['account_id', 'backend', '-created_at', '-id'], name='review_report_by_time'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('account_id', 'backend', 'report_id'), name='review_report_once'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['account_id', 'backend', '-requested_at', '-id'], name='review_submission_by_time'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('answered_at', None), ('closed_at', None)), fields=['requested_at'], name='review_submission_open'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['original_postfix_id'], name='review_submission_by_mail'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('request_id', ''), _negated=True), fields=['request_id'], name='review_submission_by_request'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('account_id', 'backend', 'submission_id'), name='review_submission_once'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('report__isnull', False), ('submission', None)), models.Q(('report', None), ('submission__isnull', False)), _connector='OR'), name='review_note_on_one_thing'),
        ),
    ]
