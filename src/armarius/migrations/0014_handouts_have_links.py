import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing has written handouts before; rows of that form could not be used."""

    dependencies = [
        ("armarius", "0013_annotations"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM armarius_handout", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="handout", name="query"),
        migrations.RemoveField(model_name="handout", name="about"),
        migrations.AddField(
            model_name="handout",
            name="key",
            field=models.CharField(default="", max_length=32, unique=True),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handout",
            name="wanted",
            field=models.JSONField(default=dict),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handout",
            name="page_ids",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="handout",
            name="pages",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handout",
            name="layer",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="handout",
            name="expires_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handout",
            name="used_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="handout",
            name="uses",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="handout",
            name="uses_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
