
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DayFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('day', models.DateField()),
                ('hours', models.JSONField(default=dict)),
                ('sums', models.JSONField(default=dict)),
                ('is_complete', models.BooleanField(default=True)),
                ('as_of', models.DateTimeField(null=True)),
                ('touched_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'backend', 'day'), name='day_figures_once')],
            },
        ),
        migrations.CreateModel(
            name='Keeper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('looked_until', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'backend'), name='keeper_once')],
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('range', models.CharField(max_length=8)),
                ('figures', models.JSONField(default=dict)),
                ('drawn_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'backend', 'range'), name='picture_once')],
            },
        ),
        migrations.CreateModel(
            name='DayWalk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('filters', models.JSONField(default=dict)),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('account_id', models.CharField(max_length=64)),
                ('backend', models.CharField(max_length=32)),
                ('created_by_name', models.CharField(blank=True, max_length=150)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=12)),
                ('error', models.TextField(blank=True)),
                ('looked', models.PositiveIntegerField(default=0)),
                ('looked_until', models.DateTimeField(blank=True, null=True)),
                ('position', models.JSONField(blank=True, null=True)),
                ('claimed_by', models.CharField(blank=True, max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('holdups', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('day', models.DateField()),
                ('hours', models.JSONField(default=dict)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'count of a day',
                'ordering': ['-created_at'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('finished_at', None)), fields=['finished_at'], name='day_walk_open'), models.Index(fields=['account_id', 'backend', 'day'], name='day_walk_by_day')],
            },
        ),
    ]
