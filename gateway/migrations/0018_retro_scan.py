
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gateway', '0017_feeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetroScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=32)),
                ('knowledge', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('begins_at', models.DateTimeField()),
                ('next_key', models.BigIntegerField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('judged', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('account_id',), name='one_retro_scan_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RetroFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('threat', 'Threat'), ('graver', 'Graver'), ('cleaner', 'Cleaner')], max_length=7)),
                ('before', models.CharField(max_length=20)),
                ('after', models.CharField(max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='retro_findings', to='gateway.message')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found', to='gateway.retroscan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scan', 'message'), name='found_once_by_a_scan')],
            },
        ),
    ]
