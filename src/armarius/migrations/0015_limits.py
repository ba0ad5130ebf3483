from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0014_handouts_have_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="disk_gb",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="cpu_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="gpu_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="warned",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
