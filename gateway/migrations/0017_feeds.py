
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gateway', '0016_learning'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=80)),
                ('dated', models.DateField()),
                ('loaded_at', models.DateTimeField()),
                ('entries', models.PositiveIntegerField(default=0)),
                ('is_active', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('account_id', 'name'), name='one_active_loading')],
            },
        ),
        migrations.CreateModel(
            name='FeedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('host', 'Host'), ('address', 'Address'), ('hash', 'Hash')], max_length=7)),
                ('value', models.CharField(max_length=320)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listed', to='gateway.feed')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('value', 'kind', 'feed'), name='listed_once')],
            },
        ),
    ]
