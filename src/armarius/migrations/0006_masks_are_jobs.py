from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("armarius", "0005_writing"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("segment", "Segment"),
                    ("masks", "Masks"),
                    ("transcribe", "Transcribe"),
                    ("export", "Export"),
                ],
                max_length=16,
            ),
        ),
    ]
