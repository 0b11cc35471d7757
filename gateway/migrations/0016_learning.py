
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gateway', '0015_message_features'),
    ]

    operations = [
        migrations.CreateModel(
            name='LearningExample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=32)),
                ('raw_sha256', models.CharField(max_length=64)),
                ('investigate_id', models.CharField(blank=True, max_length=64)),
                ('label', models.CharField(choices=[('phishing', 'Phishing'), ('spam', 'Spam'), ('ham', 'Ham')], max_length=8)),
                ('origin', models.CharField(choices=[('reclassified', 'Reclassified'), ('released', 'Released'), ('command', 'Command')], max_length=12)),
                ('decided_by', models.CharField(max_length=320)),
                ('decided_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('unusable', 'Unusable')], default='waiting', max_length=8)),
                ('features', models.BinaryField(default=bytes)),
                ('rules', models.FloatField(default=0.0)),
                ('is_bulk', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['account_id', 'decided_at'], name='example_by_time'), models.Index(condition=models.Q(('status', 'waiting')), fields=['id'], name='example_waiting')],
                'constraints': [models.UniqueConstraint(fields=('account_id', 'raw_sha256'), name='one_decision_each_message')],
            },
        ),
        migrations.CreateModel(
            name='LearntVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('examples', models.CharField(max_length=64)),
                ('model', models.BinaryField()),
                ('strength', models.FloatField()),
                ('bulk_strength', models.FloatField()),
                ('counts', models.JSONField()),
                ('caught', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'examples'), name='one_version_of_examples')],
            },
        ),
        migrations.CreateModel(
            name='LearningState',
            fields=[
                ('account_id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('is_on', models.BooleanField(default=True)),
                ('is_held', models.BooleanField(default=False)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='gateway.learntversion')),
            ],
        ),
    ]
